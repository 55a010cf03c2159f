"""The language of the window: which one it is, its translations, and letters for it where the system has none.

Texts in the sources are English. `make translations` collects them in `resources/translations/*.ts`, and compiles the
`.qm` files that are loaded here. English has one too: it knows the plurals.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from app.settings import Language
from app.ui.preferences import Preferences
from app.ui.translation import QT_TRANSLATE_NOOP
from resources import FONTS_FOLDER, TRANSLATIONS_FOLDER

LANGUAGE_NAMES = {Language.ENGLISH: "English", Language.CHINESE: "简体中文"}
"""Each language as its speakers call it, whatever the window's language is."""

_CHINESE_FONT = FONTS_FOLDER / "NotoSansCJKsc-Regular-GBK.otf"
# Qt asks the system for a font where its own lacks a letter, and may be given the Japanese or Korean shape of a
# Chinese one. Windows, macOS and Linux have one of these, each drawn for Simplified Chinese.
_CHINESE_FAMILIES = (
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
)
QT_LEFT_OUT = (QT_TRANSLATE_NOOP("QFileDialog", "&Look in:"), QT_TRANSLATE_NOOP("QFileDialog", "Files of &type:"))
"""Words of Qt's own dialogs that its translation into Chinese lacks, so that ours has them."""


def language_of_system(wanted: Sequence[str]) -> Language:
    """The first of the languages that a system asks for, such as "zh-Hans-CN" or "en-GB", that the window speaks."""
    for name in wanted:
        locale = QLocale(name)
        if locale.language() is QLocale.Language.English:
            return Language.ENGLISH
        if locale.language() is QLocale.Language.Chinese and locale.script() is QLocale.Script.SimplifiedHanScript:
            return Language.CHINESE
    return Language.ENGLISH


def provide_chinese_letters() -> None:
    """Load the bundled font where the system has no Chinese one: names of files are Chinese in an English window too.

    Asking the system for its fonts takes some hundredths of a second.
    """
    if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        QFontDatabase.addApplicationFont(str(_CHINESE_FONT))


class Speech(QObject):
    """The application's translations. Open widgets hear of a change by Qt's `LanguageChange` event."""

    def __init__(self, application: QApplication) -> None:
        """Nothing is loaded before `use`."""
        super().__init__(application)
        self._application = application
        self._translators: list[QTranslator] = []
        self._families = application.font().families()
        self._in_use: Language | None = None

    def follow(self, preferences: Preferences) -> None:
        """Speak the language of the settings, now and after each change."""
        preferences.changed.connect(lambda: self.use(preferences.settings.language))
        self.use(preferences.settings.language)

    def use(self, wanted: Language) -> None:
        """Speak a language from now on."""
        language = language_of_system(QLocale.system().uiLanguages()) if wanted is Language.SYSTEM else wanted
        if language is self._in_use:
            return
        self._in_use = language
        QLocale.setDefault(QLocale(language.value))
        self._choose_fonts(language)
        for translator in self._translators:
            self._application.removeTranslator(translator)
        # The one installed last is asked first: Qt's own words come before, so that ours win.
        self._translators = [*_load(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), "qtbase", language)]
        self._translators += _load(str(TRANSLATIONS_FOLDER), "cardlight", language)
        for translator in self._translators:
            self._application.installTranslator(translator)

    def _choose_fonts(self, language: Language) -> None:
        font = self._application.font()
        families = list(self._families)
        if language is Language.CHINESE:
            provide_chinese_letters()
            present = set(QFontDatabase.families())
            families += [family for family in _CHINESE_FAMILIES if family in present]
        if families != font.families():
            changed = QFont(font)
            changed.setFamilies(families)
            self._application.setFont(changed)


def _load(folder: str, name: str, language: Language) -> list[QTranslator]:
    """The translator of a file; none where Qt was installed without it."""
    translator = QTranslator()
    return [translator] if translator.load(f"{name}_{language.value}", folder) else []
