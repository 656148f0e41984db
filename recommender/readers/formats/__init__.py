"""One module a family of formats: sheets, tables of columns, XML, captures, mail, Markdown, archives."""
