package measure

import "sync"

// A Cache keeps what measures compute only from real sets: radii, features and
// baselines. Tasks with the same Cache and the same sets compute these once. This saves
// most of the work if a training measures few samples at each tick. Several tasks may use a
// Cache at the same time. The sets must not change.
type Cache struct {
	mu     sync.Mutex
	values map[any]any
}

// memo returns the value that compute returned when memo was first called with this
// key. An error is not kept. If the cache is nil, compute is called every time.
func memo[T any](c *Cache, key any, compute func() (T, error)) (T, error) {
	if c == nil {
		return compute()
	}
	c.mu.Lock()
	kept, ok := c.values[key]
	c.mu.Unlock()
	if ok {
		return kept.(T), nil
	}
	value, err := compute()
	if err != nil {
		return value, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.values == nil {
		c.values = map[any]any{}
	}
	c.values[key] = value
	return value, nil
}
