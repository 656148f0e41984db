"""Korean and English text: normal forms, words, aliases, Hanja, spelling, dates."""
