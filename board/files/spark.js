// The small curves of losses in the table.

import {svg} from "../web/dom.js";

const width = 120, height = 32;

// sparkline draws curves by name over the same axes.
export function sparkline(curves) {
	const names = Object.keys(curves).sort();
	let low = Infinity, high = -Infinity;
	for (const name of names) {
		for (const v of curves[name] ?? []) {
			if (v === null) continue;
			low = Math.min(low, v);
			high = Math.max(high, v);
		}
	}
	const drawing = svg("svg", {
		class: "spark", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img",
		"aria-label": names.length ? `losses of ${names.join(" and ")}` : "no losses yet",
	});
	if (low > high) return drawing;
	const y = (v) => height - 2 - (height - 4) * (high > low ? (v - low) / (high - low) : .5);
	names.forEach((name, i) => {
		const values = curves[name] ?? [];
		let d = "", pen = false;
		values.forEach((v, k) => {
			if (v === null) {
				pen = false;
				return;
			}
			d += `${pen ? "L" : "M"}${(values.length > 1 ? k / (values.length - 1) * width : 0).toFixed(1)} ${y(v).toFixed(1)}`;
			pen = true;
		});
		if (d.includes("L")) drawing.append(svg("path", {d, class: `line s${i % 6 + 1}`, "vector-effect": "non-scaling-stroke"}));
	});
	return drawing;
}
