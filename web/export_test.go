package web

// Limit is limit, for tests.
var Limit = limit
