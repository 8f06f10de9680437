package measure

import "sync"

// Known keeps what measures find of real sets alone: radii, features, floors.
// Tasks that share one, and the sets, compute it once: in training, that is most
// of the work of a measure of few samples. It may be used by several tasks at
// the same time. The sets must not change.
type Known struct {
	mu    sync.Mutex
	found map[any]any
}

// once returns what find returned for that key when it was first asked for. An
// error is not kept. Without a Known, find is called every time.
func once[T any](k *Known, key any, find func() (T, error)) (T, error) {
	if k == nil {
		return find()
	}
	k.mu.Lock()
	kept, ok := k.found[key]
	k.mu.Unlock()
	if ok {
		return kept.(T), nil
	}
	value, err := find()
	if err != nil {
		return value, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.found == nil {
		k.found = map[any]any{}
	}
	k.found[key] = value
	return value, nil
}
