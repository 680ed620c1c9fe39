// Package exchange decides who gets what of the data that departments have about
// an enterprise (政银担企数据交换), and remembers who got it.
//
// The catalogue (数据目录) is data: one entry for each dataset (数据集), with its
// fields, its level (数据级别), how it is shared (无条件共享、有条件共享、不予共享: 国发〔2016〕51号,
// 政务数据共享条例), how long a copy is fresh, its legal basis, and the rules of quality
// that run on whatever comes in. Files below catalogue/ hold it; Load reads them.
//
// Whatever is not the enterprise's own look at itself needs a consent (授权) to one
// recipient for one purpose (个人信息保护法 第十四、十五、二十三条), or a legal basis that the
// catalogue names. Service.Read is the only way to data: it finds the permission,
// asks the department when no fresh copy is kept, and writes the log (查询记录) in the
// transaction that gives the answer away. A consent is withdrawn as easily as it is
// given. What identifies a natural person, above all a sole trader's owner (个体工商户经营者),
// is whole only where a consent names it, and masked otherwise.
//
// Departments are reached through a Source; package adapter/connect has them.
package exchange
