package logs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/gander-ml/gander/hint"
)

// This file reads event files of TensorBoard. Such a file is a sequence of records: the
// length of the data as uint64, a checksum of the length, the data, a checksum of the data.
// The numbers are little-endian. The data are a message Event of protocol buffers.

// mostEvent is the greatest length of an event in bytes that is read. Longer ones, such as
// videos, are skipped without being kept in memory.
const mostEvent = 1 << 20

// recordHead is the number of bytes before the data of a record.
const recordHead = 12

// isEvents reports whether a file begins like an event file.
func isEvents(head []byte) bool {
	return len(head) >= recordHead && binary.LittleEndian.Uint32(head[8:]) == masked(head[:8])
}

// masked returns the checksum of records: CRC-32C, rotated, plus a constant.
func masked(data []byte) uint32 {
	c := crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
	return (c>>15 | c<<17) + 0xa282ead8
}

// An eventReader reads the scalars of one event file.
type eventReader struct {
	r      io.Reader
	prefix string // of its tags: the folder
	offset int64
	buffer []byte
	next   *event // nil at the end
	err    error
}

// advance reads the next event that has scalars. A record that is incomplete ends the file:
// a program may be writing it.
func (e *eventReader) advance() {
	e.next = nil
	for {
		data, err := e.record()
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				e.err = fmt.Errorf("record at byte %d: %w", e.offset, err)
			}
			return
		}
		ev, err := decodeEvent(data)
		if err != nil {
			e.err = fmt.Errorf("record at byte %d: %w", e.offset, err)
			return
		}
		if len(ev.scalars) > 0 {
			e.next = &ev
			return
		}
	}
}

// record reads the data of the next record, nil for one that is too long.
func (e *eventReader) record() ([]byte, error) {
	var head [recordHead]byte
	if _, err := io.ReadFull(e.r, head[:]); err != nil {
		return nil, err
	}
	if !isEvents(head[:]) {
		return nil, hint.Add(errors.New("its length has a wrong checksum"), "copy the file again")
	}
	n := binary.LittleEndian.Uint64(head[:])
	if n > mostEvent {
		if n > 1<<40 {
			return nil, fmt.Errorf("it has %d bytes", n)
		}
		_, err := io.CopyN(io.Discard, e.r, int64(n)+4)
		e.offset += recordHead + int64(n) + 4
		return nil, err
	}
	if cap(e.buffer) < int(n)+4 {
		e.buffer = make([]byte, n+4)
	}
	data := e.buffer[:n+4]
	if _, err := io.ReadFull(e.r, data); err != nil {
		return nil, err
	}
	if binary.LittleEndian.Uint32(data[n:]) != masked(data[:n]) {
		return nil, hint.Add(errors.New("its data have a wrong checksum"), "copy the file again")
	}
	e.offset += recordHead + int64(n) + 4
	return data[:n], nil
}

// parseEvents reads event files together. Scalars of one step are one row. The files are
// merged by step.
func parseEvents(readers []*eventReader, o Options) (*Log, error) {
	rows := gatherer{format: "TensorBoard events", options: o}
	for _, r := range readers {
		r.advance()
	}
	var row map[string]float64
	at := int64(0)
	for {
		first := -1
		for i, r := range readers {
			if r.err != nil {
				return nil, r.err
			}
			if r.next != nil && (first < 0 || r.next.step < readers[first].next.step) {
				first = i
			}
		}
		if row != nil && (first < 0 || readers[first].next.step != at) {
			if err := rows.add(row); err != nil {
				return nil, err
			}
			row = nil
		}
		if first < 0 {
			return rows.finish()
		}
		r := readers[first]
		if row == nil {
			at, row = r.next.step, map[string]float64{stepColumn: float64(r.next.step)}
		}
		for _, s := range r.next.scalars {
			row[r.prefix+s.tag] = s.value
		}
		r.advance()
	}
}
