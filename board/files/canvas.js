// Pictures of the server on a canvas, and bars of numbers.

import {h, svg} from "../web/dom.js";

// show returns a canvas with a picture.
export function show(bitmap, label) {
	const canvas = h("canvas", {role: "img", "aria-label": label, class: "picture"});
	paint(canvas, bitmap);
	return canvas;
}

// paint draws a picture on a canvas, which gets its size.
export function paint(canvas, bitmap) {
	if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
		canvas.width = bitmap.width;
		canvas.height = bitmap.height;
	}
	canvas.getContext("2d").drawImage(bitmap, 0, 0);
	bitmap.close();
}

// drawBars draws numbers as bars around 0.
export function drawBars(values, name) {
	const most = Math.max(...values.map(Math.abs), 1e-9), width = 100, height = 40;
	const w = width / values.length;
	return svg("svg", {class: "bars", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": `the numbers of ${name}`},
		svg("line", {x1: 0, x2: width, y1: height / 2, y2: height / 2}),
		values.map((v, i) => svg("rect", {x: i * w, width: w * .8, y: v > 0 ? height / 2 - v / most * height / 2 : height / 2, height: Math.abs(v) / most * height / 2})));
}
