// Package report makes report.html of a run: one file that shows the training, the
// measures and the samples. It is for people who judge a run or send it to others. The
// file has everything inside and fetches nothing. All text in it is escaped, because names
// and settings may come from anyone. The package exists so that a run can be understood
// without Gander.
//
// It reads the files that package run keeps. It must not change them, and must not know
// how a system is trained or a measure computed. Package report/plot draws.
package report
