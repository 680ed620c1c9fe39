// Package party knows the parties of a programme: what the registry of firms has of
// one (Firm), and whether an enterprise is large, medium, small or micro (大型、中型、
// 小型、微型).
//
// Source of sizes: 《中小企业划型标准规定》工信部联企业〔2011〕300号, and its statistical
// edition 《统计上大中小微型企业划分办法(2017)》国统字〔2017〕213号, which has the
// same numbers, adds the bounds of "large", and names the industries in
// GB/T 4754-2017. The rule: an enterprise is large, medium or small when it
// reaches the lower bound of every indicator of its industry ("以上" includes the
// number), else one band down; what reaches not even "small" is micro.
//
// A missing indicator is unknown and never 0, which would silently make anybody
// micro. Industries the rule does not cover, and industry codes too short to tell
// which line applies, get no size either; each refusal says why.
package party
