// Package browsertest opens a page in Chromium and does there what a user does. It exists so
// that the tests of all pages start the browser, wait, and look at the page in one way.
//
// The package is for tests only. It must not know what a page shows.
package browsertest
