// Axes: ranges, ticks and the places of values.

// niceTicks returns about n round numbers from low to high.
export function niceTicks(low, high, n) {
	const span = high - low;
	if (!(span > 0)) return [low];
	const rough = span / Math.max(n, 1);
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 5, 10].map((m) => m * power).find((s) => span / s <= n) ?? 10 * power;
	const ticks = [];
	for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(i * step);
	return ticks;
}

// logTicks returns powers of ten from low to high, and their doubles and fives if there
// are few.
export function logTicks(low, high) {
	const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
	const stride = Math.max(1, Math.ceil((last - first) / 6));
	const parts = last - first <= 2 ? [1, 2, 5] : [1];
	const ticks = [];
	for (let e = first; e <= last; e += stride) for (const p of parts) ticks.push(p * 10 ** e);
	return ticks.filter((t) => t >= low * .999 && t <= high * 1.001);
}

// linear maps low..high to from..to.
export function linear(low, high, from, to) {
	const span = high - low || 1;
	const f = (v) => from + (v - low) / span * (to - from);
	f.invert = (p) => low + (p - from) / (to - from) * span;
	return f;
}

export function logarithmic(low, high, from, to) {
	const inner = linear(Math.log10(low), Math.log10(high), from, to);
	const f = (v) => inner(Math.log10(v));
	f.invert = (p) => 10 ** inner.invert(p);
	return f;
}

// smooth returns the exponential moving average of values, corrected for its start, as in
// TensorBoard. Nulls stay. weight is from 0 to less than 1.
export function smooth(values, weight) {
	if (weight <= 0) return values;
	let sum = 0, norm = 0;
	return values.map((v) => {
		if (v === null) return null;
		sum = sum * weight + v * (1 - weight);
		norm = norm * weight + (1 - weight);
		return sum / norm;
	});
}

// nearest returns the index of the value of sorted that is nearest to x, -1 if it is empty.
export function nearest(sorted, x) {
	if (!sorted.length) return -1;
	let low = 0, high = sorted.length - 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sorted[middle] < x) low = middle + 1;
		else high = middle;
	}
	return low > 0 && x - sorted[low - 1] <= sorted[low] - x ? low - 1 : low;
}
