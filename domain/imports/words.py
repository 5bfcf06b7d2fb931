"""The words that workbooks use, and the sentences that a refused file is told with.

Source: shared/data/README.md, rules R2, R5, R8, R9 and R14 ("ours, not the banner's").
"""

from models import DivisionLevel, Gender, HalfDay, Platform, PoliticalStatus, SpokenLanguage, TeamType

HEADERS = {
    "number": "序号",
    "team_code": "队伍编号",
    "team_name": "队伍名称 队名 志愿服务队名称",
    "level": "级别 层级 队伍级别 队伍层级",
    "type": "类别 队伍类型 队伍类别",
    "township": "苏木镇 所属苏木镇 所在乡镇 苏木(镇) 乡镇",
    "village": "嘎查 所属嘎查 村名 嘎查(社区)",
    "leader": "负责人 队长 联系人",
    "phone": "联系电话 电话 手机号 手机号码",
    "founded_on": "成立日期 成立时间 组建日期 建队时间",
    "platforms": "服务平台 平台",
    "person_name": "姓名 名字 志愿者姓名",
    "gender": "性别",
    "ethnicity": "民族 族别",
    "political_status": "政治面貌 面貌",
    "joined_on": "加入日期 加入时间 入队日期 入队时间",
    "skills": "技能 特长 专长 擅长",
    "languages": "语言",
    "half_days": "空闲时段",
    "note": "备注 说明",
    "result": "检查结果",
    "skill_code": "技能编码",
    "skill_name": "技能名称",
    "activity_code": "活动编号",
    "activity_title": "活动名称",
    "activity_date": "活动日期",
    "people_count": "参加人数",
    "duration": "服务时长(小时)",
}
"""What a column holds, and the words that head it."""

LEVELS = {"旗级": DivisionLevel.BANNER, "苏木镇级": DivisionLevel.TOWNSHIP, "嘎查级": DivisionLevel.VILLAGE}

TYPES = {"党员干部": TeamType.PARTY_CADRE, "专业队伍": TeamType.PROFESSIONAL, "社会组织": TeamType.SOCIAL_ORG}

LEVEL_SYNONYMS = {
    **dict.fromkeys(("旗直", "全旗"), "旗级"),
    **dict.fromkeys(("镇级", "苏木级", "乡镇级"), "苏木镇级"),
    **dict.fromkeys(("村级", "嘎查", "社区级"), "嘎查级"),
}

TYPE_SYNONYMS = {
    **dict.fromkeys(("党员", "党员干部类", "党员志愿者", "机关党员"), "党员干部"),
    **dict.fromkeys(("专业", "专业队", "专业类"), "专业队伍"),
    **dict.fromkeys(("社会", "社会组织类", "社会团体"), "社会组织"),
}

STATUS_SYNONYMS = {"党员": "中共党员"}

ETHNICITY_SYNONYMS = {"蒙": "蒙古族"}

TOTALS = ("合计", "小计")
FOOTERS = ("填表人",)
"""How rows begin that are no entries."""

UNIT_SUFFIXES = ("嘎查", "社区", "居委会", "生活区")
"""How the official names of villages end."""

PLATFORMS = {
    "理论宣讲": Platform.THEORY,
    "教育服务": Platform.EDUCATION,
    "科技与科普服务": Platform.SCIENCE,
    "文化服务": Platform.CULTURE,
    "健身体育服务": Platform.SPORTS,
    "媒体服务": Platform.MEDIA,
    "基层治理": Platform.GOVERNANCE,
}

GENDERS = {"女": Gender.FEMALE, "男": Gender.MALE}

POLITICAL_STATUSES = {
    "中共党员": PoliticalStatus.PARTY_MEMBER,
    "共青团员": PoliticalStatus.YOUTH_LEAGUE,
    "群众": PoliticalStatus.NON_PARTY,
}

LANGUAGES = {
    "汉语": SpokenLanguage.ZH,
    "蒙语": SpokenLanguage.MN,
    "蒙古语": SpokenLanguage.MN,
    "英语": SpokenLanguage.EN,
    "其他语言": SpokenLanguage.OTHER,
}

HALF_DAYS = {
    f"周{day}{half}": HalfDay[f"{code}_{short}"]
    for day, code in zip("一二三四五六日", ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"], strict=True)
    for half, short in (("上午", "AM"), ("下午", "PM"))
}

STEPS = {"reading": "读取台账 reading", "storing": "写入数据 storing"}
"""What progress is told about."""

REFUSALS = {
    "wrong_extension": "只接收 .xlsx 工作簿，请另存为“Excel 工作簿(.xlsx)”再交 | only .xlsx workbooks are taken",
    "unreadable": "文件打不开，请检查路径和权限 | the file cannot be opened",
    "empty_file": "文件是空的 | the file is empty",
    "too_large": "文件有 {value} 字节，超过上限 {bound} 字节 | the file has {value} bytes, the bound is {bound}",
    "not_a_workbook": "这不是 Excel 工作簿，只是用了它的扩展名 | this is not an Excel workbook, whatever its name says",
    "password": "工作簿有密码保护，请去掉密码再交 | the workbook is protected by a password",
    "corrupt": "工作簿已损坏或不完整，请在 Excel 里打开后重新保存 | the workbook is damaged or incomplete",
    "expansion_limit": "工作簿解压后超过上限 {bound} 字节 | unpacked, the workbook is larger than {bound} bytes",
    "too_many_cells": "工作表太大，超过 {bound} 个单元格 | a sheet reaches over more than {bound} cells",
    "too_many_formulas": "公式或错误值超过 {bound} 个，请存为数值 | more than {bound} formulas: save them as values",
    "too_much_text": "工作簿的文字太多，超过 {bound} 个字符 | the cells hold more than {bound} characters of text",
    "too_many_sheets": "工作表有 {value} 张，超过上限 {bound} 张 | {value} sheets are more than {bound}",
    "changed_meanwhile": "导入期间有人改了同样的数据，请再导入一次 | changed meanwhile: import again",
    "nothing_recognized": "没有找到带表头的队伍、队员、技能或活动工作表 | no sheet has a header row that is known",
}
"""Why a file is not read at all: Chinese, then English."""
