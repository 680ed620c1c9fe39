package conformance

// Clause is a numbered clause of docs/bank-api.md.
type Clause struct {
	ID string `json:"id"`
	Zh string `json:"zh"`
}

// Result is how a clause stands.
type Result string

// The results.
const (
	Passed    Result = "passed"
	Failed    Result = "failed"
	NotSeen   Result = "not_seen"  // there was no occasion
	Unchecked Result = "unchecked" // it cannot be seen from outside
)

// clauses are all of the document's, in its order.
var clauses = []Clause{
	{"B1", "推送地址不转向"},
	{"B2", "验证签名，伪造的一概拒绝"},
	{"B3", "时间相差5分钟以上的拒绝"},
	{"B4", "同一消息再来，不重复办理"},
	{"B5", "15秒内答复2xx"},
	{"B6", "不论先后，以查询为准"},
	{"B7", "不认识的消息和字段，接受并忽略"},
	{"B8", "定时查询有无遗漏"},
	{"B9", "请求签名，不跟随转向"},
	{"B10", "幂等键：每件事一个，重发不变"},
	{"B11", "按Retry-After重发，被拒绝的不原样重发"},
	{"B12", "带上所读的版本，他人已办理则重读"},
	{"B13", "按代码而不按文字区分错误"},
	{"B14", "金额、利率为整数"},
	{"B15", "日期、时刻的写法"},
	{"B16", "生僻字、表情符号照收"},
	{"B17", "不知道的不写"},
	{"B18", "按次序办理"},
	{"B19", "按时受理、对接、放款"},
	{"B20", "不予通过须有代码和说明"},
	{"B21", "合同不超出所接受的报价"},
	{"B22", "一件一个合同"},
	{"B23", "借据编号不重复"},
	{"B24", "放款后报告状态"},
	{"B25", "只查询授权的数据"},
	{"B26", "授权撤回后不再查询"},
	{"B27", "终止后不再办理"},
	{"B28", "评级只作参考，由人判断"},
}

// unseen are clauses about what is inside a bank, and why nobody outside sees it.
var unseen = map[string]string{
	"B13": "银行内部的处理，外部看不到",
	"B16": "银行内部的保存和显示，外部看不到；请核对“𠮷𬸚🏭”是否完好",
	"B17": "是否真不知道，外部看不到",
	"B28": "银行怎样使用评级，外部看不到",
}

// musts are clauses of which every bank has an occasion: not seen is not enough.
var musts = []string{"B2", "B3", "B5", "B7", "B9", "B10", "B11", "B14", "B18", "B19"}
