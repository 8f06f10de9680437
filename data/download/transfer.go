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

// errAgain marks a failure that may pass: a cut connection, a busy server.
var errAgain = errors.New("temporary failure")

// download brings the bytes of file to the path part, going on after those that
// are there. When it returns nil, part is on the disk, with the right length.
func (f *fetcher) download(ctx context.Context, file data.File, part string) (err error) {
	out, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	d := transfer{fetcher: f, file: file, out: out}
	for try := 1; ; try++ {
		err := d.goOn(ctx)
		if err == nil {
			return out.Sync()
		}
		if !errors.Is(err, errAgain) {
			return err
		}
		if try == maxTries {
			return hint.Add(fmt.Errorf("%w, %d times", err, maxTries), "the same command goes on where this one stopped")
		}
		if err := f.pause(ctx, try); err != nil {
			return err
		}
	}
}

// A transfer is the download of one file, over as many requests as it takes.
type transfer struct {
	*fetcher
	file data.File
	out  *os.File
	etag string // of the version of which out holds the first bytes, "" if unknown
}

// goOn asks for what out lacks and appends it.
func (d *transfer) goOn(ctx context.Context) error {
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
	watch := time.AfterFunc(d.stall, func() { cancel(fmt.Errorf("%w: %s sends nothing for %v", errAgain, d.file.URL, d.stall)) })
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

// request asks for the bytes from number have on.
func (d *transfer) request(ctx context.Context, have int64) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.file.URL, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Encoding", "identity") // the .gz itself, not unpacked on the way
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

// again marks err as one that may pass, unless ctx is what ended the connection:
// then its cause says why.
func again(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%w: %w", errAgain, err)
}

// accept judges the answer to a request from byte have on, and returns from which
// byte on the file comes: 0 when the server sends it from the beginning. What is
// in out is given up only for an answer that looks right.
func (d *transfer) accept(response *http.Response, have int64) (int64, error) {
	switch status := response.StatusCode; {
	case status == http.StatusOK:
		have = 0
	case status == http.StatusPartialContent:
		if from := fmt.Sprintf("bytes %d-", have); !strings.HasPrefix(response.Header.Get("Content-Range"), from) {
			return 0, fmt.Errorf("%s sends range %q, asked for %s", d.file.URL, response.Header.Get("Content-Range"), from)
		}
	case status == http.StatusRequestedRangeNotSatisfiable && have > 0:
		// What is in out is from a file that was longer.
		return 0, errors.Join(d.restart(), fmt.Errorf("%w: %s answers %s", errAgain, d.file.URL, response.Status))
	case status == http.StatusTooManyRequests || status >= 500:
		return 0, fmt.Errorf("%w: %s answers %s", errAgain, d.file.URL, response.Status)
	default:
		return 0, hint.Add(fmt.Errorf("%s answers %s", d.file.URL, response.Status), "fetch the file by other means and put it in place")
	}
	kind := response.Header.Get("Content-Type")
	if n := response.ContentLength; n >= 0 && have+n != d.file.Bytes {
		return 0, hint.Add(fmt.Errorf("%w: %s offers %d bytes of type %q, want %d", ErrChecksum, d.file.URL, have+n, kind, d.file.Bytes),
			"is there a login page between?")
	}
	if strings.HasPrefix(kind, "text/html") {
		return 0, hint.Add(fmt.Errorf("%w: %s answers with a web page", ErrChecksum, d.file.URL), "is there a login page between?")
	}
	d.etag = response.Header.Get("ETag")
	if strings.HasPrefix(d.etag, "W/") {
		d.etag = "" // a weak one does not vouch for bytes
	}
	if have == 0 {
		return 0, d.restart()
	}
	return have, nil
}

// receive appends body to out, which holds have bytes, and puts off watch as they
// come. It stops at the first byte too many.
func (d *transfer) receive(ctx context.Context, body io.Reader, have int64, watch *time.Timer) error {
	buf := make([]byte, 1<<16)
	for {
		n, readErr := body.Read(buf)
		watch.Reset(d.stall)
		if have+int64(n) > d.file.Bytes {
			return errors.Join(d.restart(), fmt.Errorf("%w: %s sends more than the %d bytes it should have",
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
