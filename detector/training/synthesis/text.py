"""Random words for card faces: invented people, numbers, dates, labels and issuers in five scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from detector.training.synthesis.mrz import FILLER, MrzRecord
from detector.training.synthesis.sampling import chance, pick, pick_weighted, whole

_LATIN = "latin"
_SCRIPTS = ((_LATIN, 0.60), ("cyrillic", 0.13), ("greek", 0.07), ("chinese", 0.11), ("arabic", 0.09))

_ONSETS = {
    "latin": "b c d f g h j k l m n p r s t v w z br ch dr fl gr kr ll pr qu sch sh st th tr ž š č ñ",
    "cyrillic": "б в г д ж з к л м н п р с т ф х ц ч ш бр вл гр др кр пр св ст тр",
    "greek": "β γ δ θ κ λ μ ν π ρ σ τ φ χ ψ γρ δρ κρ πρ στ τρ",
}
_VOWELS = {
    "latin": "a a a e e e i i o o u y ä é ö ü á ó ai ei ou ia",
    "cyrillic": "а а е и о о у ы э ю я ий ое",
    "greek": "α α ε η ι ο ο υ ω αι ου ά ί ό",
}
_CODAS = {
    "latin": "n r s l m t k nd rt ng sk x tz",
    "cyrillic": "н р с л м в к ов ев ин ский ко",
    "greek": "ς ν ρ ος ης ας ου",
}
_IDEOGRAPHS = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑明华国建文军平志伟东海云山水木火土金玉石春夏秋冬"
    "天地日月星光美丽安宁和正义大小中上下左右北京南江河路街区省市县镇村号楼室民族男女年生公"
)
_ARABIC_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"

FIELD_KINDS = (
    "surname",
    "given_names",
    "sex",
    "nationality",
    "birth",
    "birthplace",
    "number",
    "issue",
    "expiry",
    "authority",
    "height",
    "personal_number",
    "address",
    "category",
)
_LABELS = {
    "en": "Surname|Given names|Sex|Nationality|Date of birth|Place of birth|Document No.|Date of issue|Date of expiry|"
    "Authority|Height|Personal No.|Address|Type",
    "fr": "Nom|Prénoms|Sexe|Nationalité|Date de naissance|Lieu de naissance|N° du document|Délivré le|Expire le|"
    "Autorité|Taille|N° personnel|Domicile|Catégorie",
    "de": "Name|Vornamen|Geschlecht|Staatsangehörigkeit|Geburtstag|Geburtsort|Ausweisnummer|Ausgestellt|Gültig bis|"
    "Behörde|Größe|Zugangsnummer|Anschrift|Klasse",
    "es": "Apellidos|Nombres|Sexo|Nacionalidad|Fecha de nacimiento|Lugar|Documento|Emisión|Vencimiento|"
    "Autoridad|Estatura|Registro|Domicilio|Clase",
    "pl": "Nazwisko|Imiona|Płeć|Obywatelstwo|Data urodzenia|Miejsce|Numer|Data wydania|Termin ważności|"
    "Organ|Wzrost|Nr osobowy|Adres|Kategoria",
    "tr": "Soyadı|Adı|Cinsiyet|Uyruğu|Doğum tarihi|Doğum yeri|Belge no|Veriliş|Son geçerlilik|"
    "Makam|Boy|Kimlik no|Adres|Sınıf",
    "cyrillic": "Фамилия|Имя|Пол|Гражданство|Дата рождения|Место рождения|Номер|Дата выдачи|Действителен до|"
    "Орган|Рост|Личный номер|Адрес|Категория",
    "greek": "Επώνυμο|Όνομα|Φύλο|Ιθαγένεια|Ημερομηνία γέννησης|Τόπος γέννησης|Αριθμός|Έκδοση|Λήξη|"
    "Αρχή|Ύψος|Αριθμός μητρώου|Διεύθυνση|Κατηγορία",
    "chinese": "姓|名|性别|民族|出生日期|出生地|证件号码|签发日期|有效期限|签发机关|身高|公民号码|住址|类别",
    "arabic": "اللقب|الاسم|الجنس|الجنسية|تاريخ الميلاد|مكان الميلاد|رقم|تاريخ الإصدار|تاريخ الانتهاء|"
    "السلطة|الطول|الرقم الوطني|العنوان|الفئة",
}
_LATIN_TONGUES = ("en", "fr", "de", "es", "pl", "tr")

_TITLES = {
    "identity": {
        "latin": "IDENTITY CARD|CARTE D'IDENTITÉ|PERSONALAUSWEIS|DOCUMENTO DE IDENTIDAD|ISIKUTUNNISTUS|NATIONAL ID|"
        "KIMLIK KARTI|OSOBNA ISKAZNICA|DOWÓD OSOBISTY|RESIDENCE PERMIT|TITRE DE SÉJOUR|PERMIT",
        "cyrillic": "УДОСТОВЕРЕНИЕ ЛИЧНОСТИ|ЛИЧНА КАРТА|ПОСВІДЧЕННЯ|ВИД НА ЖИТЕЛЬСТВО",
        "greek": "ΔΕΛΤΙΟ ΤΑΥΤΟΤΗΤΑΣ|ΑΔΕΙΑ ΔΙΑΜΟΝΗΣ",
        "chinese": "居民身份证|居住证|国民证",
        "arabic": "بطاقة الهوية|بطاقة وطنية",
    },
    "licence": {
        "latin": "DRIVING LICENCE|PERMIS DE CONDUIRE|FÜHRERSCHEIN|DRIVER LICENSE|PRAWO JAZDY|LICENCIA DE CONDUCIR",
        "cyrillic": "ВОДИТЕЛЬСКОЕ УДОСТОВЕРЕНИЕ|ВОЗАЧКА ДОЗВОЛА",
        "greek": "ΑΔΕΙΑ ΟΔΗΓΗΣΗΣ",
        "chinese": "机动车驾驶证",
        "arabic": "رخصة قيادة",
    },
    "passport": {
        "latin": "PASSPORT|PASSEPORT|REISEPASS|PASAPORTE|PASSAPORTO|PAŞAPORT|PAS",
        "cyrillic": "ПАСПОРТ|ПАСОШ",
        "greek": "ΔΙΑΒΑΤΗΡΙΟ",
        "chinese": "护照",
        "arabic": "جواز سفر",
    },
    "visa": {
        "latin": "VISA|VISUM|VISADO|WIZA|ENTRY PERMIT",
        "cyrillic": "ВИЗА",
        "greek": "ΘΕΩΡΗΣΗ",
        "chinese": "签证",
        "arabic": "تأشيرة",
    },
    "member": {
        "latin": "STUDENT|STUDENT CARD|MEMBER|HEALTH INSURANCE|LIBRARY CARD|EMPLOYEE|STAFF|CARTE VITALE|VISITOR|"
        "TRANSIT PASS|PRESS|EUROPEAN CARD|CLUB|FACULTY|SECURITY|CREW",
        "cyrillic": "СТУДЕНЧЕСКИЙ БИЛЕТ|ПРОПУСК|ПОЛИС",
        "greek": "ΦΟΙΤΗΤΙΚΗ ΤΑΥΤΟΤΗΤΑ|ΚΑΡΤΑ ΥΓΕΙΑΣ",
        "chinese": "学生证|工作证|社会保障卡",
        "arabic": "بطاقة طالب|بطاقة صحية",
    },
}
_STATES = {
    "latin": "REPUBLIC OF |KINGDOM OF |STATE OF |RÉPUBLIQUE |REPÚBLICA DE |UNITED |FEDERATION OF ||",
    "cyrillic": "РЕСПУБЛИКА |КНЕЖЕВИНА ||",
    "greek": "ΔΗΜΟΚΡΑΤΙΑ |",
    "chinese": "人民共和国|",
    "arabic": "جمهورية |مملكة ",
}
_COMPANY_WORDS = (
    "Bank|Union|Credit|Health|Care|University|College|Institute|Metro|Transit|Library|Club|Airways|Systems|Group|"
    "Insurance|Energy|Medical|Sport|School|Museum|Tech|Works|Federal|Global|City|Card"
)


@dataclass(frozen=True, slots=True)
class Holder:
    """An invented card holder; equal facts appear in the printed fields and in the machine-readable zone."""

    script: str
    tongue: str
    country: str
    values: dict[str, str]
    mrz: MrzRecord


def random_holder(rng: np.random.Generator, document_code: str) -> Holder:
    """Returns an invented person with a document of the given MRZ code ("I", "P", "V" and so on)."""
    script = pick_weighted(rng, _SCRIPTS)
    record = _random_record(rng, document_code)
    issue = record.expiry - timedelta(days=365 * pick(rng, (2, 5, 10)))
    style = pick(rng, ("%d.%m.%Y", "%d %m %Y", "%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d-%m-%y"))
    native = script if chance(rng, 0.7) else _LATIN
    values = {
        "surname": record.surname if native == _LATIN and chance(rng, 0.7) else word(rng, native).upper(),
        "given_names": record.given_names if native == _LATIN else words(rng, native, whole(rng, 1, 2)),
        "sex": pick(rng, ("男", "女")) if native == "chinese" else record.sex.replace(FILLER, "X"),
        "nationality": record.country,
        "birth": record.birth.strftime(style),
        "birthplace": word(rng, native).upper(),
        "number": record.number,
        "issue": issue.strftime(style),
        "expiry": record.expiry.strftime(style),
        "authority": words(rng, native, whole(rng, 1, 3)),
        "height": f"{whole(rng, 150, 199)} cm",
        "personal_number": digits(rng, whole(rng, 6, 14)),
        "address": words(rng, native, 2) + f" {whole(rng, 1, 240)}",
        "category": pick(rng, ("A", "B", "B1", "AM/B", "C1", "P", "ID", "D", "PN")),
    }
    tongue = pick(rng, _LATIN_TONGUES) if script == _LATIN else script
    return Holder(script, tongue, country_name(rng, script), values, record)


def _random_record(rng: np.random.Generator, document_code: str) -> MrzRecord:
    expiry = date(2012, 1, 1) + timedelta(days=whole(rng, 0, 9000))
    return MrzRecord(
        document_code=document_code,
        country="".join(letters(rng, 3)),
        surname=ascii_name(rng),
        given_names=" ".join(ascii_name(rng) for _ in range(whole(rng, 1, 2))),
        number=document_number(rng),
        sex=pick(rng, ("M", "F", "M", "F", FILLER)),
        birth=date(1935, 1, 1) + timedelta(days=whole(rng, 0, 27000)),
        expiry=expiry,
        optional=digits(rng, whole(rng, 5, 11)) if chance(rng, 0.4) else "",
    )


def label(tongue: str, kind: str, *, second: str | None = None) -> str:
    """Returns the label of a field, in one language or, with `second`, in two: "Nom / Surname"."""
    index = FIELD_KINDS.index(kind)
    first = _LABELS[tongue].split("|")[index]
    return first if second is None else f"{first} / {_LABELS[second].split('|')[index]}"


def title(rng: np.random.Generator, kind: str, script: str) -> str:
    """Returns what a document of this kind ("identity", "licence", "passport", ...) calls itself."""
    return pick(rng, _TITLES[kind][script].split("|"))


def country_name(rng: np.random.Generator, script: str) -> str:
    """Returns the name of an invented country, in capitals."""
    if script == "chinese":
        return word(rng, script) + pick(rng, _STATES[script].split("|"))
    return (pick(rng, _STATES[script].split("|")) + word(rng, script)).upper()


def company_name(rng: np.random.Generator) -> str:
    """Returns the name of an invented company or school."""
    name = ascii_name(rng)
    return f"{name if chance(rng, 0.5) else name.title()} {pick(rng, _COMPANY_WORDS.split('|'))}"


def word(rng: np.random.Generator, script: str) -> str:
    """Returns a capitalised pronounceable word, or the like in scripts without syllables."""
    if script == "chinese":
        return "".join(pick(rng, _IDEOGRAPHS) for _ in range(whole(rng, 2, 4)))
    if script == "arabic":
        return "".join(pick(rng, _ARABIC_LETTERS) for _ in range(whole(rng, 3, 7)))
    onsets, vowels, codas = _ONSETS[script].split(), _VOWELS[script].split(), _CODAS[script].split()
    syllables = [pick(rng, onsets) + pick(rng, vowels) for _ in range(whole(rng, 1, 3))]
    return ("".join(syllables) + pick(rng, codas)).capitalize()


def words(rng: np.random.Generator, script: str, count: int) -> str:
    """Returns several words in a row."""
    return " ".join(word(rng, script) for _ in range(count))


def sentence(rng: np.random.Generator, script: str, length: int) -> str:
    """Returns running text of at least `length` characters: one capital, small words, a full stop."""
    parts = word(rng, script)
    while len(parts) < length:
        parts += " " + word(rng, script).lower()
    return parts + "."


def ascii_name(rng: np.random.Generator) -> str:
    """Returns a name of the letters A to Z only, as machine-readable zones need it."""
    plain = [onset for onset in _ONSETS[_LATIN].split() if onset.isascii()]
    vowels = "aaaeeeiioouy"
    syllables = [pick(rng, plain) + pick(rng, vowels) for _ in range(whole(rng, 1, 3))]
    return ("".join(syllables) + pick(rng, _CODAS[_LATIN].split())).upper()


def document_number(rng: np.random.Generator) -> str:
    """Returns a document number of 7 to 9 characters: letters in front, then digits."""
    front = "".join(letters(rng, whole(rng, 0, 3)))
    return front + digits(rng, whole(rng, 7, 9) - len(front))


def digits(rng: np.random.Generator, count: int) -> str:
    """Returns a string of random digits."""
    return "".join(str(digit) for digit in rng.integers(0, 10, count))


def letters(rng: np.random.Generator, count: int) -> list[str]:
    """Returns random capital letters."""
    return [chr(ord("A") + int(offset)) for offset in rng.integers(0, 26, count)]


def grouped_number(rng: np.random.Generator, groups: int, size: int) -> str:
    """Returns a long number in groups, as on bank cards: "4921 0573 ..."."""
    return " ".join(digits(rng, size) for _ in range(groups))
