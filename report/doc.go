// Package report makes report.html of a run: one file that shows how training
// went, what was measured and what the samples look like, for whoever wants to
// judge a run or send it to somebody. Everything is inside the file; it fetches
// nothing, and what it shows is escaped, as names and settings come from
// anywhere. It exists so that a run explains itself without Gander.
//
// It reads what package run keeps and must not change it, nor know how a system
// is trained or a measure computed. Package report/plot draws.
package report
