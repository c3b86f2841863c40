"""What a column's title means: synonyms that clerks use, patterns, and words for people in other roles.

Besides the canonical fields there are titles that are understood but hold no field of their own:
`seq`, `age`, `relation`, `unit`, `group`, `township`, `source`, `day` (the day a row speaks of), and
`other` (something about another person, or a matter that must not be taken for a field).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

CANONICAL: Final = (
    "name", "sex", "birth_date", "id_number", "doc_kind", "doc_number", "phone", "phone2", "village", "address",
    "household_head", "from_place", "affected_area_history", "left_date", "return_date", "transport",
    "transport_no", "temperature", "temp_am", "temp_pm", "symptoms", "responsible", "note",
)  # fmt: skip

_SYNONYMS: Final[dict[str, str]] = {
    "name": "姓名 名字 名称 人员姓名 返乡人员姓名 返乡人姓名 返乡人员 返回人员姓名 外出人员姓名 本人姓名 居民姓名 被观察人 "
    "被观察人姓名 隔离人员姓名 观察对象 观察对象姓名 人员 家庭成员 家庭成员姓名 成员姓名 乘客姓名 驾驶员姓名 人名 name fullname",
    "sex": "性别 男女 sex gender",
    "birth_date": "出生日期 出生年月 出生年月日 生日 出生时间 出生 birthdate birthday dateofbirth",
    "id_number": "身份证号 身份证号码 身份证 身份证件号 身份证件号码 公民身份号码 公民身份证号 公民身份证号码 居民身份证 居民身份证号 "
    "居民身份证号码 证件号 证件号码 身份号码 证号 二代身份证号 本人身份证号 id idnumber idno idcard",
    "doc_kind": "证件类型 证件种类 证件名称 证件类别 doctype",
    "doc_number": "护照号 护照号码 护照 通行证号 通行证号码 其他证件号 其它证件号 其他证件号码 其他证件 passport passportno",
    "phone": "电话 手机 手机号 手机号码 联系电话 联系方式 电话号码 本人电话 本人手机 联系手机 移动电话 联系手机号 联系号码 联络方式 "
    "联系电话号码 手机电话 电话手机 本人联系电话 本人联系方式 tel phone mobile telephone phonenumber",
    "phone2": "备用电话 其他电话 其它电话 第二联系电话 备用联系电话 备用联系方式 固定电话 座机 家庭电话 电话2 联系电话2 手机2",
    "village": "村 村名 行政村 所在村 所属村 村社区 所在社区 所属社区 社区 社区村 村居 村别 村委会 居委会 所在村社区 所属村社区 村居委会 "
    "所在行政村 村庄 所在村居 村或社区 社区名称 村名称 village",
    "address": "家庭住址 家庭地址 住址 地址 详细地址 详细住址 现住址 现居住地 现居住地址 居住地址 居住地 现住地址 现住地 目前居住地 "
    "目前住址 家庭详细住址 家庭详细地址 现居住详细地址 居住详细地址 现住详细地址 常住地址 住所 家住址 返乡后住址 返乡后居住地 "
    "返乡居住地 返回后住址 户籍地址 户籍所在地 户籍地 本地住址 本地居住地址 家庭住址详细 门牌号 address",
    "household_head": "户主 户主姓名 户主名字 householder",
    "from_place": "来源地 从何地返回 从何处返回 何地返回 从何地返乡 从何处返乡 从哪里返回 从哪里回来 从何地来 来自何地 来自哪里 来自地区 "
    "返回地 返乡来源地 返乡前所在地 返乡前居住地 返乡前地址 返回前居住地 返回前所在地 外出地 外出地点 外出务工地 外出务工地点 务工地 务工地点 "
    "务工地址 外地居住地 外省居住地 始发地 出发地 出发地点 来源地区 来源 来源城市 返乡出发地 原居住地 何地返乡 返回出发地 从何地回 "
    "从何处来 由何地返回 来自 原所在地 外地地址 疫区住址 从何地回乡 fromplace origin",
    "left_date": "离开疫区时间 离开疫区日期 离开重点地区时间 离开武汉时间 离开湖北时间 离汉时间 离汉日期 离鄂时间 离鄂日期 离开时间 离开日期 "
    "出发日期 出发时间 启程日期 启程时间 动身日期 离开当地时间 离开当地日期",
    "return_date": "返乡日期 返乡时间 返回日期 返回时间 返程日期 返程时间 回乡日期 回乡时间 回来时间 回来日期 到家日期 到家时间 抵达日期 "
    "抵达时间 到达日期 到达时间 返村时间 返村日期 回村时间 回村日期 来本地时间 入村时间 入村日期 返家时间 返家日期 回家时间 回家日期 "
    "返县时间 返县日期 返镇时间 返乡日 来村时间 来村日期 抵乡时间 何时返回 何时返乡 返岗时间 返岗日期 返乡返回日期 returndate arrivaldate",
    "transport": "交通方式 交通工具 乘坐交通工具 出行方式 返乡方式 返回方式 返程方式 乘坐工具 回乡方式 返乡交通工具 返乡交通方式 返回交通工具 "
    "乘坐何种交通工具 乘坐的交通工具 乘车方式 返程交通工具 返程交通方式 transport",
    "transport_no": "车次 航班 车牌 车牌号 车牌号码 航班号 班次 车号 车次航班 车次航班号 车次航班车牌 车次航班车牌号 航班车次 车次航班班次 "
    "航班号车次 车次航班号车牌号 车次车牌 车次车牌号 车牌号车次 车次航班号车牌 列车车次 航班次 车辆号牌 号牌",
    "temperature": "体温 当日体温 今日体温 测量体温 体温测量 体温情况 测温 体温值 现体温 目前体温 体温检测 测温结果 体温监测 "
    "返乡体温 当前体温 检测体温 体温度数 temperature",
    "temp_am": "上午体温 早体温 晨检体温 早上体温 晨起体温 早晨体温 体温上午 体温早 上午测温 早间体温 体温am",
    "temp_pm": "下午体温 晚体温 晚检体温 晚上体温 体温下午 体温晚 下午测温 晚间体温 傍晚体温 午后体温 体温pm",
    "symptoms": "症状 有无症状 身体状况 健康状况 身体健康状况 健康情况 身体情况 是否有症状 目前症状 异常症状 临床表现 不适症状 有无异常 "
    "有无不适 有无发热 是否发热 有无发热咳嗽 有无发热症状 是否有发热咳嗽 有无发热咳嗽等症状 是否有发热症状 有无不适症状 "
    "目前健康状况 目前身体状况 有无异常症状 健康状态 身体状态 本人症状 其他症状 其它症状 symptoms",
    "responsible": "包保人 包保责任人 责任人 包联干部 包保干部 联系干部 责任干部 包村干部 网格员 网格长 监管人 监管责任人 包联责任人 "
    "包保人姓名 责任人姓名 包保责任人姓名 网格员姓名 包保人员 落实责任人 管控责任人 管控人 随访人",
    "note": "备注 说明 备考 其他 其它 其他情况 备注说明 需要说明的情况 情况说明 其他说明 附注 note remarks remark",
    "affected_area_history": "是否去过武汉 是否到过武汉 有无武汉旅居史 有无疫区旅居史 有无湖北旅居史 疫区旅居史 武汉旅居史 湖北旅居史 "
    "是否途经武汉 是否疫区返回 是否湖北返回 是否武汉返回 是否来自疫区 有无疫区接触史 是否去过疫区 是否有疫区旅居史 旅居史 是否涉鄂",
    "seq": "序号 编号 序 号 行号 顺序号 no id序 #",
    "age": "年龄 岁数 周岁 年龄周岁 年纪 age",
    "relation": "与户主关系 关系 家庭关系 与户主的关系 同户主关系 户主关系",
    "unit": "单位 工作单位 所在单位 单位名称 就读学校 学校",
    "group": "组 村民小组 组别 小组 村组 自然村 所在组 屯 网格 所属网格 楼栋 楼号",
    "township": "乡镇 街道 所属乡镇 镇 乡 乡镇街道 所在乡镇 县 县区 省 市",
    "source": "来源表 数据来源 信息来源 表名 来源表名",
    "day": "日期 时间 登记日期 填表日期 填报日期 登记时间 填表时间 上报日期 上报时间 排查日期 排查时间 统计日期 填报时间 测量日期 测温日期 "
    "测量时间 测温时间 监测日期 监测时间 检测日期 通过时间 通行时间 记录日期 记录时间 检查时间 检查日期 date",
    "other": "基本信息 基本情况 个人信息 人员信息 返乡情况 行程情况 健康监测 签名 签字 民族 政治面貌 婚姻状况 职业 文化程度 户号 户编号 国籍 "
    "同行人员 同行人 密切接触者 接触人员 隔离方式 隔离措施 隔离地点 管控措施 采取措施 隔离开始日期 解除日期 解除时间 解除隔离日期 "
    "职务 单位负责人 房号 房间号 床位 途经地 途经地点 户数 人数 联系人 紧急联系人",
}

_PATTERNS: Final = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"^(预计|计划|拟|打算)|解除|隔离(开始|结束|起|止|期)|采样|核酸|确诊|出院|离(村|家|县|镇|乡|隰)", "other"),
        (r"^与?.{0,3}户主.{0,2}关系$", "relation"),
        (r"(身份证|公民身份|身份号码)", "id_number"),
        (r"^(证件|有效证件).{0,3}(号|号码)$", "id_number"),
        (r"证件(类|种)", "doc_kind"),
        (r"(护照|通行证).{0,4}号", "doc_number"),
        (r"(早|晨|上午|am).{0,4}(体温|测温|温度)|(体温|测温|温度).{0,6}(早|晨|上午|am)", "temp_am"),
        (r"(晚|下午|傍晚|pm).{0,4}(体温|测温|温度)|(体温|测温|温度).{0,6}(晚|下午|pm)", "temp_pm"),
        (r"体温|测温", "temperature"),
        (r"^(是否|有无|有否|近?期?14天|14日).*(武汉|湖北|疫区|疫情|重点地区|涉鄂|中高风险)", "affected_area_history"),
        (r"(武汉|湖北|疫区|疫情发生地|重点地区|重点疫区).{0,6}(史|旅居|居住|接触)$", "affected_area_history"),
        (r"^离开?(武汉|汉|鄂|湖北|疫区|疫情|重点|当地|该地|务工地|外地|原|外省).*(日期|时间|日)$", "left_date"),
        (r"^(返|回|抵|到|来|入)[^离]{0,6}(日期|时间|日)$", "return_date"),
        (r"(返乡|返回|回乡|到家|抵达|返程).{0,4}(日期|时间|年月日)", "return_date"),
        (r"出生", "birth_date"),
        (r"(第二|备用|其他|其它|另一).{0,4}(电话|手机|联系方式)", "phone2"),
        (r"(电话|手机|联系方式|联系号码)", "phone"),
        (r"^(从|由|自|来自|何地|何处).{0,8}(返|回|来|地)|(返乡|返回|回乡)前.{0,6}(地|址)|务工.{0,3}(地|省|市)", "from_place"),
        (r"(车次|航班|车牌|号牌)", "transport_no"),
        (r"交通(方式|工具)|乘坐.{0,4}工具", "transport"),
        (r"(症状|不适|咳嗽)", "symptoms"),
        (r"(家庭|居住|现住|常住|详细).{0,4}(地址|住址|地点|地)$", "address"),
        (r"所(在|属).{0,3}(村|社区)", "village"),
        (r"^(返乡|外出|返回|隔离|观察|被.{1,4}|留观|来.{1,3}|湖北|武汉|外来|居家).{0,8}姓名$", "name"),
        (r"(登记|填表|填报|上报|排查|统计|测量|监测|检测|检查).{0,2}(日期|时间)$", "day"),
    )
]  # fmt: skip

# People in other roles are other people: what stands in their columns is never this row's person.
_ROLE = re.compile(
    r"(代理人|代办人|代报人|担保人|保证人|包保|包联|包村|包片|责任人|责任干部|户主|户长|联系人|紧急联系|监护人|同行|同住|家长|经办人|填表人|"
    r"填报人|登记人|网格员|网格长|村医|医生|医务|房东|负责人|干部|领导|接触者|接触人|密接|家属|亲属|父亲|母亲|配偶|志愿者|民警|测量人|"
    r"测温人|审核人|值班|检查人|邻居|法人|司机|雇主|业主|监管人|随访人|书记|主任|组长)"
)
_OF_PERSON = re.compile(r"(姓名|名字|电话|手机|联系方式|号码|身份证|证件|性别|年龄|住址|地址|职务|签字|签名|体温)")
_RESPONSIBLE = re.compile(r"^(包保|包联|包村|责任人|责任干部|网格员|网格长|监管人|随访人|管控)")
_PUNCTUATION = re.compile(r"[\s:：*＊★、,，/／\\|.。;；\-—_~“”\"'‘’()（）【】\[\]<>《》]+")
_BRACKETS = re.compile(r"[(（【\[].*?[)）】\]]")


class Meaning(NamedTuple):
    """A field or an understood title, and how sure: 3 known word, 2 pattern, 1 guessed."""

    field: str
    sure: int


def plain(title: str) -> str:
    """A title without spaces, signs and width: what is compared."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", title)).replace("℃", "").replace("°C", "").lower()


WORDS: Final[dict[str, str]] = {plain(word): name for name, words in _SYNONYMS.items() for word in words.split()}


@lru_cache(maxsize=4096)
def meaning(title: str) -> Meaning | None:
    """What a single title says by itself; None when it is unknown."""
    full = plain(title)
    if not full or len(full) > 30:
        return None
    bare = plain(_BRACKETS.sub("", unicodedata.normalize("NFKC", title))) or full
    for text in (full, bare):
        if text in WORDS:
            return Meaning(WORDS[text], 3)
    if role := _role(full):
        return role
    for text in (full, bare):
        for pattern, name in _PATTERNS:
            if pattern.search(text):
                return Meaning(name, 2)
    return None


def _role(full: str) -> Meaning | None:
    found = _ROLE.search(full)
    if not found or full.startswith("本人"):
        return None
    if found[1] == "户主" and re.search(r"户主(姓名|名字)?$", full):
        return Meaning("household_head", 2)
    if _RESPONSIBLE.match(full) and re.search(r"((人|员|长|干部|姓名|名字)|[及和与].{0,2}(电话|手机|联系方式|号码))$", full):
        return Meaning("responsible", 2)
    return Meaning("other", 2) if _OF_PERSON.search(full) or full.endswith(found[1]) else None


@lru_cache(maxsize=4096)
def joined_meaning(parts: tuple[str, ...]) -> Meaning | None:
    """What the title rows of one column say together, the group above and the title below.

    A role named by the group is the role of everything under it: 户主 / 姓名 is the head, 代理人 / 电话 the agent's.
    """
    if len(parts) == 1:
        return meaning(parts[0])
    whole = "".join(parts)
    if _ROLE.search(plain("".join(parts[:-1]))) and (role := _role(plain(whole))):
        return role
    last = meaning(parts[-1])
    if last and (last.sure == 3 or last.field == "other"):
        together = meaning(whole)
        # 体温 / 日期 is a day, but 返乡 / 日期 is the day of return: the group says which date is meant.
        if last.field in ("day", "other", "note") and together and together.sure >= 2 and together.field != "other":
            return together if together.field in ("return_date", "left_date", "birth_date") else last
        return last
    return meaning(whole) or last
