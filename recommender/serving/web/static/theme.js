"use strict";
try {
  const theme = localStorage.getItem("report-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* nothing is remembered here */ }
