package strictjson

// Explain is what Check says of what it does not take at once.
var Explain = explain
