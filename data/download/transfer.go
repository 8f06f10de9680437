package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// errAgain marks a temporary failure, after which a new request may succeed: a broken
// connection, a busy server.
var errAgain = errors.New("temporary failure")

// download downloads file to the path part. It continues after the bytes that part
// already has. If it returns nil, part is synced to disk and has the right length.
func (f *fetcher) download(ctx context.Context, file data.File, part string) (err error) {
	out, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	d := transfer{fetcher: f, file: file, out: out}
	for try := 1; ; try++ {
		err := d.resume(ctx)
		if err == nil {
			return out.Sync()
		}
		if !errors.Is(err, errAgain) {
			return err
		}
		if try == maxTries {
			return hint.Add(fmt.Errorf("%w, %d times", err, maxTries), "run the same command again: it continues where this one stopped")
		}
		if err := f.pause(ctx, try); err != nil {
			return err
		}
	}
}

// A transfer is the download of one file by one or more requests.
type transfer struct {
	*fetcher
	file data.File
	out  *os.File
	etag string // identifies the version of the file that out has the beginning of; "" if unknown
}

// resume requests the bytes that out does not have and appends them.
func (d *transfer) resume(ctx context.Context) error {
	have, err := d.out.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if have > d.file.Bytes {
		if have, err = 0, d.restart(); err != nil {
			return err
		}
	}
	d.report(d.file, have)
	if have == d.file.Bytes {
		return nil
	}
	alive, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(d.stall, func() { cancel(fmt.Errorf("%w: %s has sent nothing for %v", errAgain, d.file.URL, d.stall)) })
	defer watch.Stop()
	response, err := d.request(alive, have)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if have, err = d.accept(response, have); err != nil {
		return err
	}
	return d.receive(alive, response.Body, have, watch)
}

// restart empties out.
func (d *transfer) restart() error {
	if err := d.out.Truncate(0); err != nil {
		return err
	}
	_, err := d.out.Seek(0, io.SeekStart)
	return err
}

// request requests the bytes from number have on.
func (d *transfer) request(ctx context.Context, have int64) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.file.URL, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Encoding", "identity") // the .gz file itself: the client must not decompress it
	if have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		if d.etag != "" {
			request.Header.Set("If-Range", d.etag)
		}
	}
	response, err := d.client.Do(request)
	if err != nil {
		return nil, again(ctx, err)
	}
	return response, nil
}

// again marks err as temporary. If the connection ended because ctx was cancelled, it
// returns the cause of ctx instead.
func again(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%w: %w", errAgain, err)
}

// accept checks the response to a request for the bytes from number have on. It returns
// the number of the first byte of the body: have, or 0 if the server sends the whole
// file. It empties out only if the response is valid and starts at 0, or if out is
// longer than the server's file.
func (d *transfer) accept(response *http.Response, have int64) (int64, error) {
	switch status := response.StatusCode; {
	case status == http.StatusOK:
		have = 0
	case status == http.StatusPartialContent:
		if from := fmt.Sprintf("bytes %d-", have); !strings.HasPrefix(response.Header.Get("Content-Range"), from) {
			return 0, fmt.Errorf("%s sends the range %q, want %s", d.file.URL, response.Header.Get("Content-Range"), from)
		}
	case status == http.StatusRequestedRangeNotSatisfiable && have > 0:
		// The bytes in out are from another, longer file.
		return 0, errors.Join(d.restart(), fmt.Errorf("%w: %s responds %s", errAgain, d.file.URL, response.Status))
	case status == http.StatusTooManyRequests || status >= 500:
		return 0, fmt.Errorf("%w: %s responds %s", errAgain, d.file.URL, response.Status)
	default:
		return 0, hint.Add(fmt.Errorf("%s responds %s", d.file.URL, response.Status), "download the file in another way and copy it to the folder of the dataset")
	}
	kind := response.Header.Get("Content-Type")
	if n := response.ContentLength; n >= 0 && have+n != d.file.Bytes {
		return 0, hint.Add(fmt.Errorf("%w: %s has %d bytes of type %q, want %d", ErrChecksum, d.file.URL, have+n, kind, d.file.Bytes),
			"it may be the login page of a network")
	}
	if strings.HasPrefix(kind, "text/html") {
		return 0, hint.Add(fmt.Errorf("%w: %s sends a web page", ErrChecksum, d.file.URL), "it may be the login page of a network")
	}
	d.etag = response.Header.Get("ETag")
	if strings.HasPrefix(d.etag, "W/") {
		d.etag = "" // a weak ETag does not guarantee equal bytes
	}
	if have == 0 {
		return 0, d.restart()
	}
	return have, nil
}

// receive appends body to out, which has have bytes. It resets the timer watch whenever
// bytes arrive. If there are too many bytes, it stops with an error.
func (d *transfer) receive(ctx context.Context, body io.Reader, have int64, watch *time.Timer) error {
	buf := make([]byte, 1<<16)
	for {
		n, readErr := body.Read(buf)
		watch.Reset(d.stall)
		if have+int64(n) > d.file.Bytes {
			return errors.Join(d.restart(), fmt.Errorf("%w: %s sends more than %d bytes, the size of the file",
				ErrChecksum, d.file.URL, d.file.Bytes))
		}
		if _, err := d.out.Write(buf[:n]); err != nil {
			return err
		}
		have += int64(n)
		d.report(d.file, have)
		switch {
		case readErr == io.EOF && have == d.file.Bytes:
			return nil
		case readErr == io.EOF:
			return again(ctx, io.ErrUnexpectedEOF)
		case readErr != nil:
			return again(ctx, readErr)
		}
	}
}
