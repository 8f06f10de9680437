// Frames as bytes: the length of the header, the header as JSON, and arrays of float32.

const text = new TextDecoder();

// decode returns the header of a frame with all arrays in it, and its figures by name.
export function decode(bytes, numberNames) {
	const length = new DataView(bytes).getUint32(0, true);
	const frame = JSON.parse(text.decode(new Uint8Array(bytes, 4, length)));
	for (const [name, [first, count]] of Object.entries(frame.arrays)) {
		frame[name] = new Float32Array(bytes, 4 + length + 4 * first, count);
	}
	frame.numbers = Object.fromEntries(numberNames.map((name, i) => [name, frame.numbers[i]]));
	return frame;
}

// json returns the value of an answer that is JSON.
export const json = (bytes) => JSON.parse(text.decode(bytes));
