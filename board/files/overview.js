// Samples over time beside the curves. One place in the training joins them: the slider
// of the samples moves a line through all charts, and a click in a chart moves the slider.

import {h, replace} from "../web/dom.js";
import {get} from "./api.js";
import {Charts} from "./charts.js";
import {Frames} from "./frames.js";
import {Inspector} from "./sample.js";

export function overview(id, page) {
	const inspector = new Inspector(id, () => frames.select(null));
	const frames = new Frames(id, () => charts.mark(), (index, frame, output, extend) => inspector.show(index, frame, output, extend));
	const charts = new Charts((view) => get("api/history", {id, ...view}), (x, axis) => {
		if (axis !== "seconds") frames.go(x, axis);
	});
	charts.markerOf = (axis) => frames.place(axis);
	const element = h("div", {class: "overview"}, h("div", {class: "stack"}, frames.element, inspector.element), charts.element);
	frames.set(page);
	requestAnimationFrame(() => charts.refresh());
	let ticks = page.row.ticks;
	return {
		element,
		change(next, row) {
			if (next) frames.set(next);
			if (row.ticks !== ticks) {
				ticks = row.ticks;
				charts.refresh();
			}
		},
		close() {
			charts.close();
			frames.close();
			inspector.close();
		},
	};
}
