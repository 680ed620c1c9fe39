// Package rating decides which scorecard (评分卡) may say something about an enterprise, and
// remembers what each said (征信评级).
//
// A model (模型) is a card with all that must be known of how it was made: its manifest
// (模型清单). A model is made by one person (操作人), reviewed by another (独立评审), may run in
// the shadow of the one in use (影子运行) without anybody being shown what it says, becomes the
// one in use (启用) and is retired (退役). At most one is in use: a bank that asks about a firm
// gets one answer. Activation is refused while anything that the manifest must have is
// missing, and says what. A card that was made elsewhere (导入) is kept to the byte; how it was
// made must be said by hand, and it is validated here before it may be submitted.
//
// A score (评分) is a reference for banks: no decision, no bureau's score. It names the
// model, every value with its source and date, the reasons, and what would change it; and it
// is made only of what the enterprise has let be read.
//
// Sources: JR/T 0221-2021 《人工智能算法金融应用评价规范》 on what must be traceable;
// SR 11-7 (2011) on inventory, independent validation and monitoring; 《征信业管理条例》 and
// 《征信业务管理办法》 (中国人民银行令〔2021〕第4号) on what may be called a credit rating.
package rating
