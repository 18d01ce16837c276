"""The words that the book's machinery puts on a page, in both languages."""

from __future__ import annotations

UNTRANSLATED = "Chưa dịch"

#: Mark of a translation whose English has changed since: Vietnamese, English.
STALE = ("Bản dịch cũ: tiếng Anh đã đổi", "Translation out of date: the English has changed")

#: Titles of boxes: Vietnamese, English.
ADMONITIONS = {
    "exercise": ("Bài tập", "Exercise"),
    "note": ("Ghi chú", "Note"),
    "solution": ("Lời giải", "Solution"),
    "summary": ("Tóm tắt", "Summary"),
    "tip": ("Mẹo", "Tip"),
    "warning": ("Lưu ý", "Warning"),
}


def add_context(app, pagename, templatename, context, doctree):
    pass


def translate_theme(app, exception):
    pass
