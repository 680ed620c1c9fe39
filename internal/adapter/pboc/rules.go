package pboc

import (
	"changrong/internal/fact"
)

// What may be wrong with files.
var (
	ruleName       = fact.NewRule("pboc.file_name", fact.Error, "文件名应为“18位统一社会信用代码_报文代码_YYYYMMDD”", "the file name must be USCC_CODE_YYYYMMDD")
	ruleNameDate   = fact.NewRule("pboc.not_month_end", fact.Error, "文件名中的数据日期应为月末", "the date in the file name must be the last day of a month")
	ruleOther      = fact.NewRule("pboc.message_not_used", fact.Warning, "本系统不使用该报文，已跳过", "this message is not used and is left out")
	ruleTwice      = fact.NewRule("pboc.message_twice", fact.Error, "同一报文有多份，只应留一份", "the same message is there more than once; keep one")
	ruleHalf       = fact.NewRule("pboc.incomplete", fact.Error, "报文不完整，.dat 和 .log 应成对提供", "a message needs both its .dat and its .log")
	ruleZip        = fact.NewRule("pboc.zip", fact.Error, "压缩包已损坏或不完整，无法读取", "the zip is damaged or not whole")
	ruleZipEntry   = fact.NewRule("pboc.zip_entry", fact.Error, "压缩包内应只有同名的 .dat 和 .log 两个文件", "the zip must hold the .dat and .log of its own name and nothing else")
	ruleZipPath    = fact.NewRule("pboc.zip_path", fact.Error, "压缩包内的文件名带有路径", "a file name in the zip holds a path")
	ruleZipBomb    = fact.NewRule("pboc.zip_bomb", fact.Error, "压缩包解压后过大或压缩比异常，已拒绝", "the zip grows too large or by too much")
	ruleTooLarge   = fact.NewRule("pboc.too_large", fact.Error, "文件过大", "the file is too large")
	ruleLog        = fact.NewRule("pboc.log", fact.Error, ".log 应为五行（文件名、MD5、字节数、生成时间、记录数）", "the .log must have five lines: name, MD5, bytes, time, records")
	ruleLogName    = fact.NewRule("pboc.log_name", fact.Error, ".log 第 1 行与文件名不符", "line 1 of the .log is not the file's name")
	ruleMD5        = fact.NewRule("pboc.md5", fact.Error, ".dat 的 MD5 与 .log 第 2 行不符，文件可能损坏或被改动", "the MD5 of the .dat is not line 2 of the .log")
	ruleSize       = fact.NewRule("pboc.size", fact.Error, ".dat 的字节数与 .log 第 3 行不符", "the size of the .dat is not line 3 of the .log")
	ruleCount      = fact.NewRule("pboc.count", fact.Error, ".dat 的记录数与 .log 第 5 行不符", "the number of records is not line 5 of the .log")
	ruleUnreadable = fact.NewRule("pboc.unreadable", fact.Error, "文件无法读取", "the file cannot be read")
)

// What may be wrong with the text of a .dat; the first four end its reading.
var (
	ruleBOM      = fact.NewRule("pboc.bom", fact.Error, "文件开头有 BOM，请另存为不带 BOM 的 UTF-8", "the file begins with a byte order mark; save it as UTF-8 without")
	ruleGBK      = fact.NewRule("pboc.gbk", fact.Error, "文件是 GBK 编码，请转为 UTF-8 后重报", "the file is GBK; convert it to UTF-8")
	ruleUTF8     = fact.NewRule("pboc.utf8", fact.Error, "文件不是 UTF-8 编码", "the file is not UTF-8")
	ruleCRLF     = fact.NewRule("pboc.crlf", fact.Error, "行尾是 CRLF（Windows 换行），应只用 LF", "lines end with CRLF; use LF alone")
	ruleLine     = fact.NewRule("pboc.line_too_long", fact.Error, "该行过长，也许缺少换行", "the line is too long; a line break may be missing")
	ruleTrailing = fact.NewRule("pboc.trailing_newline", fact.Warning, "文件末尾多一个换行，已忽略", "there is a newline at the end of the file")
	ruleEmpty    = fact.NewRule("pboc.empty_line", fact.Error, "空行，请删去", "an empty line")
	ruleControl  = fact.NewRule("pboc.control", fact.Error, "含控制字符（如制表符）", "holds a control character")
	ruleTooMany  = fact.NewRule("pboc.too_many", fact.Error, "错误太多，其余内容未检查", "too many errors; the rest was not checked")
	ruleFields   = fact.NewRule("pboc.field_count", fact.Error, "字段个数不对", "the number of fields is wrong")
)

// What may be wrong with a field.
var (
	ruleRequired = fact.NewRule("pboc.required", fact.Error, "不能为空", "must not be empty")
	ruleLong     = fact.NewRule("pboc.too_long", fact.Error, "超过规定长度", "is too long")
	ruleSpace    = fact.NewRule("pboc.space", fact.Error, "前后不能有空格", "has space around it")
	ruleCode     = fact.NewRule("pboc.code", fact.Error, "不在代码表中", "is not in the code list")
	ruleUnlisted = fact.NewRule("pboc.code_unlisted", fact.Warning, "代码表（未经官方文本确认）中没有该代码，已接受；每个代码只提示一次", "is not in the code list, which is unconfirmed; accepted, and said once")
	ruleBank     = fact.NewRule("pboc.institution", fact.Error, "金融机构代码与文件名不符", "is not the institution of the file name")
	ruleUSCC     = fact.NewRule("pboc.uscc", fact.Error, "不是有效的统一社会信用代码", "is no valid unified social credit code")
	ruleUSCCOrg  = fact.NewRule("pboc.uscc_org_code", fact.Warning, "统一社会信用代码第 9–17 位不符合组织机构代码校验，请核对", "the organisation code inside does not pass its check")
	ruleOrg      = fact.NewRule("pboc.org_code", fact.Error, "不是有效的组织机构代码（9 位，不含连字符）", "is no valid organisation code of nine characters")
	ruleRegion   = fact.NewRule("pboc.region", fact.Error, "应为六位行政区划代码", "must be six digits")
	ruleIndustry = fact.NewRule("pboc.industry", fact.Error, "不是国民经济行业代码（GB/T 4754-2017）", "is no GB/T 4754-2017 industry")
	ruleCurrency = fact.NewRule("pboc.currency", fact.Error, "应为三位大写字母币种代码", "must be a currency of three capitals")
	ruleAmount   = fact.NewRule("pboc.amount", fact.Error, "不是金额：只用半角数字和小数点", "is no amount")
	ruleDecimals = fact.NewRule("pboc.decimals", fact.Error, "小数位数过多", "has too many decimals")
	ruleRange    = fact.NewRule("pboc.range", fact.Error, "超出范围", "is out of range")
	ruleNegative = fact.NewRule("pboc.negative", fact.Error, "不能为负", "must not be negative")
	ruleRate     = fact.NewRule("pboc.rate", fact.Error, "不是利率：按百分数填写，只用半角数字和小数点", "is no rate in percent")
	ruleInt      = fact.NewRule("pboc.integer", fact.Error, "应为整数", "must be an integer")
	ruleFlag     = fact.NewRule("pboc.flag", fact.Error, "应为 0 或 1", "must be 0 or 1")
	ruleDate     = fact.NewRule("pboc.date", fact.Error, "不是有效日期，格式应如 2021-08-27", "is no date like 2021-08-27")
	ruleKey      = fact.NewRule("pboc.duplicate_key", fact.Error, "与前面的记录重复", "repeats an earlier record")
)

var rules = [...]*fact.Rule{
	&ruleName, &ruleNameDate, &ruleOther, &ruleTwice, &ruleHalf, &ruleZip, &ruleZipEntry, &ruleZipPath, &ruleZipBomb, &ruleTooLarge,
	&ruleLog, &ruleLogName, &ruleMD5, &ruleSize, &ruleCount, &ruleUnreadable,
	&ruleBOM, &ruleGBK, &ruleUTF8, &ruleCRLF, &ruleLine, &ruleTrailing, &ruleEmpty, &ruleControl, &ruleTooMany, &ruleFields,
	&ruleRequired, &ruleLong, &ruleSpace, &ruleCode, &ruleUnlisted, &ruleBank, &ruleUSCC, &ruleUSCCOrg, &ruleOrg, &ruleRegion,
	&ruleIndustry, &ruleCurrency, &ruleAmount, &ruleDecimals, &ruleRange, &ruleNegative, &ruleRate, &ruleInt, &ruleFlag, &ruleDate, &ruleKey,
}

// Rules returns every rule, for the reference page.
func Rules() []fact.Rule {
	all := make([]fact.Rule, len(rules))
	for i, r := range rules {
		all[i] = *r
	}
	return all
}
