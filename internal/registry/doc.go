// Package registry keeps the registry of firms (企业登记库): every enterprise, sole
// trader and co-operative of the city, as the market regulation department says. It
// decides who may see which firm, what a file of the registry must be like, and what
// follows when a firm is closed.
//
// A file is taken whole or not at all: it is read once to find what is wrong, and
// only where nothing is, a second time into the database. That second time goes in
// pieces, for a million rows in one transaction would keep everybody waiting; a
// server that is killed in between goes on where it was. A row that is older than
// what is there changes nothing.
//
// What the department answers about one firm, when somebody who may has it asked, is
// taken in like the row of a file (Learn): so the registry gets to know who came in
// after the last file, and who was closed since.
//
// The name of a legal representative, and so the owner of a sole trader, is personal:
// it is sealed in the database and masked in what is answered, but to the firm itself.
//
// Terms: 企业登记库 registry of firms, 登记状态 standing, 注销 closed, 吊销 revoked,
// 法定代表人 legal representative. Sources: 市场主体登记管理条例 (国务院令第746号) for the
// standings, 个人信息保护法 for sole traders.
package registry
