"""What a column's title means: synonyms that clerks use, patterns, and words for people in other roles.

Besides the canonical fields there are titles that are understood but hold no field of their own:
`seq`, `age`, `relation`, `book` (the household's number), `unit`, `group`, `township`, `source`, `day` (the day a
row speaks of), `half` (which half of it) with its `clock`, `whither`, `direction`, `together`, `besides` and what
was `done` (of a pass), `out` (its hour where somebody went out), and `other` (something about another person, or a
matter that must not be taken for a field).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

CANONICAL: Final = (
    "name", "sex", "birth_date", "id_number", "doc_kind", "doc_number", "phone", "phone2", "village",
    "address", "household_head", "from_place", "affected_area_history", "left_date", "return_date",
    "transport", "transport_no", "temperature", "temp_am", "temp_pm", "symptoms", "responsible", "note",
)  # fmt: skip

_PATTERNS: Final = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"^(预计|计划|拟|打算)|解除|隔离(开始|结束|起|止|期)|采样|核酸|确诊|出院|离[村家县镇乡]", "other"),
        (r"^(入[住院学职党伍]|到期).{0,2}(日期|时间)$", "other"),
        (r"(人|户|车|辆|次)数$|数量$|^(是否有|有无|有否).*(人员|人口|的人)$", "other"),
        (r"^与?.{0,3}户主.{0,2}关系$", "relation"),
        (r"(身份证|公民身份|身份号码)", "id_number"),
        (r"^(证件|有效证件).{0,3}(号|号码)$", "id_number"),
        (r"证件(类|种)", "doc_kind"),
        (r"(护照|通行证).{0,4}号", "doc_number"),
        (r"(早|晨|上午|am).{0,4}(体温|测温|温度)|(体温|测温|温度).{0,6}(早|晨|上午|am)", "temp_am"),
        (r"(晚|下午|傍晚|pm).{0,4}(体温|测温|温度)|(体温|测温|温度).{0,6}(晚|下午|pm)", "temp_pm"),
        (r"(\d[日号天]?|[一二三四五六七八九十]天)(早|早上|早晨|晨|晨检|上午|am)$", "temp_am"),
        (r"(\d[日号天]?|[一二三四五六七八九十]天)(晚|晚上|晚间|晚检|午检|下午|pm)$", "temp_pm"),
        (r"体温|测温", "temperature"),
        (r"^(是[否不]|有[无否没]|近期|近?14[天日]).*(武汉|湖北|疫区|疫情|重点|涉鄂|风险)", "affected_area_history"),
        (r"(武汉|湖北|疫区|疫情发生地|重点地区|重点疫区).{0,6}(史|旅居|居住|接触)$", "affected_area_history"),
        (r"(去|到|经)过?(没去?)?过?(武汉|湖北|疫区|重点地区)(没有?|吗|么|否)?$", "affected_area_history"),
        (r"^从.{1,6}出发的?(日期|时间)$", "left_date"),
        (r"^离开?(武汉|汉|鄂|湖北|疫|重点|当地|该地|务工|外地|原|外省).*(日期|时间|日)$", "left_date"),
        (r"离开.{0,6}(日期|时间)$", "left_date"),
        (r"(武汉|湖北|鄂|疫区|当地|外地).{0,2}(出发|启程).{0,2}(日期|时间)$", "left_date"),
        (r"^(返|回|抵|到|来|入|进|归)[^离境院学职党伍货库会住期]{0,6}(日期|时间|日)$", "return_date"),
        (r"(返乡|返回|回乡|到家|抵达|返程).{0,4}(日期|时间|年月日)", "return_date"),
        (r"(什么时候|啥时候?|何[时日]|哪[天日]|几[号时]).{0,4}[返回到抵来]", "return_date"),
        (r"(什么时候|啥时候?|何[时日]|哪[天日]|几[号时]).{0,4}(离|走|动身|出发)", "left_date"),
        (r"出生", "birth_date"),
        (r"(第二|备用|其他|其它|另一).{0,4}(电话|手机|联系方式)", "phone2"),
        (r"(电话|手机|联系方式|联系号码)", "phone"),
        (r"^(从|由|自|打|来自|何地|何处).{0,8}(返|回|来|地)", "from_place"),
        (r"^(返|回|来|到|抵|归).{0,3}前.{0,6}(地|址|处|城市|省市)|务工.{0,3}(地|省|市)", "from_place"),
        (r"^(来自|从)[哪何]|^来源.{0,2}(省|市|区|国)|(出发|启程)(城市|省|市|地)", "from_place"),
        (r"^(归来|旅居|出行|外出)(目的)?地点?$", "from_place"),
        (r"^在外(何处|何地|哪里?|什么地方)|在(哪里?|何处|何地)(打工|务工|上学|工作)", "from_place"),
        (r"^(在?(外|鄂|汉|武汉|湖北|疫区)|外地|外省|省外).{0,4}(地址|住址|居住地|居住地址|住所)$", "from_place"),
        (r"^在?(鄂|汉|武汉|湖北|疫区).{0,4}地点$", "from_place"),
        (r"^[来返入]{1,2}地$|^(?!返乡)[来返入]{1,2}.{0,2}前?所在地$", "from_place"),
        (r"(打工|求学|就读|(学校|院校|大学|高校)所在).{0,3}(地|省|市)", "from_place"),
        (r"^(返|回|来|归|出行|行程).{0,4}(方式|工具)$", "transport"),
        (r"交通(方式|工具)|乘坐.{0,4}工具|(方式|工具).{0,2}(车次|航班|班次|车牌)", "transport"),
        (r"[坐乘].{0,2}(什么|何种?|啥)车|(怎么|怎样|如何|咋)[返回来]", "transport"),
        (r"(车次|航班|车牌|号牌)|[几哪]次车", "transport_no"),
        (r"(症状|不适|咳嗽|发热|发烧|乏力)(?!门诊)|身体(怎么?样|如何|好不好)", "symptoms"),
        (r"^(身体|健康)(状况|情况|状态)(是否)?(正常|良好|异常)$", "symptoms"),
        (r"(家庭|居住|现住|常住|详细).{0,4}(地址|住址|地点|地)$", "address"),
        (r"(所(在|属)|现居?住|居住).{0,3}(村|社区)", "village"),
        (r"^(村|社区)(社区)?(组|屯|小组)$", "address"),
        (r"(居家|具体|在家|[县市乡镇村]内|暂住|临时|落脚).{0,4}(地址|住址|住所|详址)$", "address"),
        (r"(现住|居住)(何处|详址)$", "address"),
        (r"^(家|现在?|如今|目前|当前)?住在?(哪里?|哪儿|何处|什么地方)$", "address"),
        (r"^由?谁(来|在)?(负责|包保|监管|管控|管)$", "responsible"),
        (r"(人员|人口|群众|当事人|学生|儿童|患者|病人|[旅乘顾]客|教师|师生|党员|工|租户|住户)姓名$", "name"),
        (r"^(湖北|武汉|鄂|疫区)(返乡|返回|归来)(是否)?$", "affected_area_history"),
        (r"^(返乡|外出|返回|隔离|观察|被.{1,4}|留观|来.{1,3}|湖北|武汉|外来|居家).{0,8}姓名$", "name"),
        (r"(登记|填表|填报|上报|排查|统计|测量|监测|检测|检查).{0,2}(日期|时间)$", "day"),
    )
]  # fmt: skip

# Believed only where the form asks for nothing nearer: the day at the border, where the papers were issued.
_FAINT: Final = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"^(入境|回国|归国|抵华).{0,4}(日期|时间)$", "return_date"),
        (r"(隔离|观察).{0,4}(地址|住址)$", "address"),
        (r"^户籍(所在)?(村|社区)(名称|居委会|委会)?$", "village"),
        (r"^户籍(所在地|地址|地|住址)|户口所在地", "address"),
    )
]
# Whoever is followed, though 随访人 is who follows.
_FOLLOWED = re.compile(r"^(被.{1,4}(人|者|人员)|(随访|监测|管控|测温|排查|登记|服务|管理|管护)对象)(姓名)?$")

# People in other roles are other people: what stands in their columns is never this row's person.
_ROLE = re.compile(
    r"(代理人|代办人|代报人|担保人|保证人|包保|包联|包抓|挂包|帮包|包村|包户|包片|责任人|责任干部|户主|户长|联系人|紧急联系|监护人|同行|同住|家长|经办人|填表人|"
    r"填报人|登记人|网格员|网格长|村医|医生|医务|房东|负责人|干部|领导|接触者|接触人|密接|家属|亲属|父亲|母亲|配偶|志愿者|民警|测量人|"
    r"测温人|(测温|测量|监测|检测|监督|随访|登记|填表)员|审核人|值班|检查人|邻居|法人|司机|雇主|业主|监管人|随访人|书记|主任|组长)"
)
_OF_PERSON = re.compile(
    r"(姓名|名字|电话|手机|联系方式|号码|身份证|证件|性别|年龄|住址|地址|职务|签字|签名|体温)"
)
# Whoever is stood for or watched over is the person: 被代理人.
_DONE_TO = re.compile(r"被.{1,4}?(人员?|者|对象)")
_RESPONSIBLE = re.compile(
    r"^(包保|包联|包抓|挂包|帮包|包村|包户|责任人|责任干部|网格员|网格长|监管人|随访人|管控)"
)
_PUNCTUATION = re.compile(r"[\s:：*＊★、,，/／\\|.。;；\-—_~“”\"'‘’()（）【】\[\]<>《》]+")
# What a form asks of whoever fills it in: no part of the title.
_ASKED = re.compile(
    r"[(（【\[]\s*(?:必填项?|选填项?|必须填写?|务必填写|可不填|不填|如实填写|下拉选择|文本格式?)\s*[)）】\]]"
)
_BRACKETS = re.compile(r"[(（【\[].*?[)）】\]]")
# A questionnaire's own words around a title: 3、您的姓名, 请填写您的体温, 您是否从湖北返回？
_ASKING = re.compile(
    r"^\s*(?:[(（]?\d{1,2}[)）]?\s*[、.．:：](?!\d))?\s*(?:请问)?"
    r"(?:请?(?:如实)?(?:填写|选择|输入|上传))?(?:[您你](?:本人)?的?)?"
)
_DASH = re.compile(r"[-—－_]+")  # 返乡信息-返乡前所在城市: the group before the title
_LATIN = re.compile(r"(?<![a-z])(?![ap]m(?![a-z]))[a-z]+")


class Meaning(NamedTuple):
    """A field or an understood title, and how sure: 3 known word, 2 pattern, 1 guessed."""

    field: str
    sure: int


def plain(title: str) -> str:
    """A title without spaces, signs and width: what is compared."""
    return (
        _PUNCTUATION.sub("", unicodedata.normalize("NFKC", title)).replace("℃", "").replace("°C", "").lower()
    )


_SYNONYMS: Final[dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("titles.toml").read_text(encoding="utf-8")
)
WORDS: Final[dict[str, str]] = {plain(word): name for name, words in _SYNONYMS.items() for word in words}


@lru_cache(maxsize=4096)
def meaning(title: str) -> Meaning | None:
    """What a single title says by itself; None when it is unknown."""
    title = _ASKING.sub("", _ASKED.sub("", title))
    full = plain(title)
    if not full or len(full) > 30:
        return None
    bare = plain(_BRACKETS.sub("", unicodedata.normalize("NFKC", title))) or full
    # 姓名/Name says one thing in two languages.
    for text in (full, bare, _LATIN.sub("", bare)):
        if text in WORDS:
            return Meaning(WORDS[text], 3)
    if _FOLLOWED.search(bare):
        return Meaning("name", 2)
    if role := _role(full):
        return role
    for text in (full, bare):
        for pattern, name in _PATTERNS:
            if pattern.search(text):
                return Meaning(name, 2)
    if faint := next((Meaning(name, 1) for pattern, name in _FAINT if pattern.search(bare)), None):
        return faint
    parts = tuple(part for part in _DASH.split(title) if plain(part))
    return joined_meaning(parts) if len(parts) > 1 else None


def _role(full: str) -> Meaning | None:
    found = _ROLE.search(_DONE_TO.sub("", full))
    if not found or full.startswith("本人"):
        return None
    if found[1] == "户主" and re.search(r"户主(信息|情况)?(姓名|名字)?$", full):
        return Meaning("household_head", 2)
    if _RESPONSIBLE.match(full) and re.search(
        r"((人|员|长|干部|领导|姓名|名字)|[及和与].{0,2}(电话|手机|联系方式|号码))$", full
    ):
        return Meaning("responsible", 2)
    if full.endswith("责任人"):
        return Meaning("responsible", 2)
    return Meaning("other", 2) if _OF_PERSON.search(full) or full.endswith(found[1]) else None


@lru_cache(maxsize=4096)
def joined_meaning(parts: tuple[str, ...]) -> Meaning | None:
    """What the title rows of one column say together, the group above and the title below.

    A group's role is that of all under it: 户主 / 姓名 is the head, 代理人 / 电话 the agent's.
    """
    if len(parts) == 1:
        return meaning(parts[0])
    whole = "".join(parts)
    others = _ROLE.search(_DONE_TO.sub("", plain("".join(parts[:-1]))))
    if others and (role := _role(plain(whole))):
        return role
    last = meaning(parts[-1])
    if others and others[1] != "户主" and last and last.field == "relation":
        return Meaning("other", 2)  # how the companion stands to this one
    if last and (last.sure == 3 or last.field == "other"):
        together = meaning(whole)
        # 体温 / 日期 is a day, but 返乡 / 日期 is the day of return: the group says which date is meant.
        if (
            last.field in ("day", "other", "note")
            and together
            and together.sure >= 2
            and together.field != "other"
        ):
            return together if together.field in ("return_date", "left_date", "birth_date") else last
        return last
    # 时间 / 返乡 is the day of return, as 返乡 / 时间 is.
    return meaning(whole) or last or meaning(parts[-1] + parts[-2])
