// Package download downloads the files of the catalogue's datasets over HTTP. It
// resumes a download that was interrupted.
//
// It exists so that programs that only read datasets contain no network code: it is
// the only package of data that may connect to a server. It must not know the content
// of the files, except their sizes and checksums. It must not know where package load
// searches for them.
package download
