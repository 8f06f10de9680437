// A chart of curves as SVG, with a crosshair.

import {h, replace, svg} from "../web/dom.js";
import {figure} from "./format.js";
import {linear, logarithmic, logTicks, nearest, niceTicks, smooth} from "./scale.js";

const pad = {left: 52, right: 10, top: 8, bottom: 22};
const height = 190;

// A Chart draws {title, kind, curves} of the server. A curve is {name, x, y, baseline,
// total, broken, label, color}; label and color may be missing.
//
// events has oncursor(x or null), onpick(x) for a click, and onzoom(from, to) for a drag.
export class Chart {
	constructor(title, events) {
		this.title = title;
		this.events = events;
		this.legend = h("div", {class: "legend"});
		this.note = h("p", {class: "small soft", hidden: true});
		this.drawing = svg("svg", {class: "chart", tabindex: 0, role: "img", height});
		this.element = h("figure", {class: "chartbox"}, h("figcaption", {class: "row spread"}, h("h3", {}, title), this.legend), this.drawing, this.note);
		this.width = 0;
		this.size = new ResizeObserver((entries) => {
			const width = Math.floor(entries[0].contentRect.width);
			if (width && width !== this.width) {
				this.width = width;
				this.draw();
			}
		});
		this.size.observe(this.drawing);
		this.listen();
	}

	close() {
		this.size.disconnect();
	}

	// set gives the chart its data and options {from, to, log, smoothing, marker}.
	set(data, options) {
		this.data = data;
		this.options = options;
		this.draw();
	}

	draw() {
		if (!this.data || !this.width) return;
		const {curves} = this.data, {from, to, log, smoothing} = this.options;
		this.curves = curves.map((c, i) => ({...c, label: c.label ?? c.name, smoothed: smooth(c.y, smoothing), series: c.series ?? i % 6 + 1}));
		const [low, high] = this.range(log);
		this.log = log && low > 0;
		const right = this.width - pad.right, bottom = height - pad.bottom;
		this.x = linear(from, to, pad.left, right);
		this.y = (this.log ? logarithmic : linear)(low, high, bottom, pad.top);
		const inside = `inside-${this.id ??= ++charts}`;
		replace(this.drawing, this.axes(low, high, from, to, right, bottom),
			svg("defs", {}, svg("clipPath", {id: inside}, svg("rect", {x: pad.left, y: 0, width: Math.max(0, this.width - pad.left), height}))),
			svg("g", {"clip-path": `url(#${inside})`}, this.lines(smoothing)),
			this.marker = svg("line", {class: "marker", y1: pad.top, y2: bottom}),
			this.cross = svg("line", {class: "cross", y1: pad.top, y2: bottom}),
			this.dots = svg("g"),
			this.zoom = svg("rect", {class: "zoom", y: pad.top, height: bottom - pad.top, visibility: "hidden"}));
		this.drawing.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
		this.drawing.setAttribute("aria-label", this.words());
		this.drawLegend();
		this.setMarker(this.options.marker);
		this.setCursor(this.cursor ?? null);
		this.drawNote(low, log);
	}

	// range returns the ends of the y axis.
	range(log) {
		let low = Infinity, high = -Infinity;
		for (const c of this.curves) {
			for (const values of [c.y, c.baseline ?? []]) {
				for (const v of values) {
					if (v === null || log && v <= 0) continue;
					low = Math.min(low, v);
					high = Math.max(high, v);
				}
			}
		}
		if (low > high) return log ? [.1, 1] : [0, 1];
		if (this.data.kind === "score" && !log && low >= 0 && high <= 1) return [0, 1];
		if (log) return low === high ? [low / 2, high * 2] : [low, high];
		if (this.data.kind === "speed") low = 0;
		const space = (high - low || Math.abs(high) || 1) * .05;
		return [this.data.kind === "speed" ? 0 : low - space, high + space];
	}

	axes(low, high, from, to, right, bottom) {
		const g = svg("g", {class: "axes"});
		for (const t of this.log ? logTicks(low, high) : niceTicks(low, high, 5)) {
			const y = this.y(t);
			g.append(svg("line", {x1: pad.left, x2: right, y1: y, y2: y}), svg("text", {x: pad.left - 6, y: y + 4, "text-anchor": "end"}, figure(t)));
		}
		for (const t of niceTicks(from, to, Math.max(2, Math.floor(this.width / 90)))) {
			const end = this.x(t) > right - 14; // in the middle, it would leave the picture
			g.append(svg("text", {x: end ? this.width - 1 : this.x(t), y: height - 6, "text-anchor": end ? "end" : "middle"}, figure(t)));
		}
		g.append(svg("line", {class: "base", x1: pad.left, x2: right, y1: bottom, y2: bottom}));
		if (this.data.kind === "score" && !this.log && low === 0 && high === 1) {
			g.append(svg("line", {class: "half", x1: pad.left, x2: right, y1: this.y(.5), y2: this.y(.5)}));
		}
		return g;
	}

	lines(smoothing) {
		const all = [];
		for (const c of this.curves) {
			if (c.baseline?.length) all.push(svg("path", {class: `line baseline s${c.series}`, d: this.path(c.x, c.baseline)}));
			if (smoothing > 0) all.push(svg("path", {class: `line faint s${c.series}`, d: this.path(c.x, c.y)}));
			all.push(svg("path", {class: `line s${c.series}${c.dash ? " dash" : ""}`, d: this.path(c.x, c.smoothed)}));
			if (c.x.length === 1 && c.y[0] !== null) all.push(svg("circle", {class: `dot s${c.series}`, cx: this.x(c.x[0]), cy: this.y(c.y[0]), r: 3}));
			c.y.forEach((v, i) => { // crosses at the edge show where values are not finite
				if (v === null) all.push(svg("path", {class: "broken", d: `M${this.x(c.x[i]) - 3} ${pad.top + 1}l6 6m0 -6l-6 6`}));
			});
		}
		return all;
	}

	path(xs, ys) {
		let d = "", pen = false;
		for (let i = 0; i < xs.length; i++) {
			if (ys[i] === null || this.log && ys[i] <= 0) {
				pen = false;
				continue;
			}
			d += `${pen ? "L" : "M"}${this.x(xs[i]).toFixed(1)} ${this.y(ys[i]).toFixed(1)}`;
			pen = true;
		}
		return d;
	}

	// words describes the chart to users of screen readers.
	words() {
		const parts = this.curves.map((c) => {
			const values = c.y.filter((v) => v !== null);
			return values.length ? `${c.label} from ${figure(values[0])} to ${figure(values.at(-1))}` : `${c.label} has no values`;
		});
		return `${this.title}: ${parts.join("; ")}. Arrow keys move the crosshair.`;
	}

	drawLegend() {
		this.values = this.curves.map((c) => h("output", {}));
		replace(this.legend, this.curves.map((c, i) => h("span", {class: "key"}, h("i", {class: `swatch s${c.series}${c.dash ? " dash" : ""}`}),
			h("span", {}, this.curves.length > 1 || c.label !== this.title.split(": ").at(-1) ? c.label : "value"), this.values[i])));
	}

	drawNote(low, log) {
		const broken = this.curves.reduce((n, c) => n + (c.broken ?? 0), 0);
		const notes = this.data.help ? [`${this.data.help[0].toUpperCase()}${this.data.help.slice(1)}.`] : [];
		if (broken) notes.push(`${broken} values are not finite: crosses at the edge.`);
		if (log && !this.log) notes.push("No value is above 0, so the scale is linear.");
		else if (log && this.curves.some((c) => c.y.some((v) => v !== null && v <= 0))) notes.push("Values of 0 and below are not on a log scale.");
		if (this.curves.some((c) => c.baseline?.length)) notes.push("Dotted: real examples.");
		this.note.textContent = notes.join(" ");
		this.note.hidden = !notes.length;
	}

	// setCursor moves the crosshair to x and shows the values there; null shows the last.
	setCursor(x) {
		this.cursor = x;
		if (!this.curves || !this.x) return;
		const visible = x !== null && x >= this.options.from && x <= this.options.to;
		this.cross.setAttribute("visibility", visible ? "visible" : "hidden");
		if (visible) {
			this.cross.setAttribute("x1", this.x(x));
			this.cross.setAttribute("x2", this.x(x));
		}
		replace(this.dots);
		this.curves.forEach((c, i) => {
			const k = visible ? nearest(c.x, x) : c.x.length - 1;
			const v = k >= 0 ? c.smoothed[k] : undefined;
			let text = v === undefined ? "" : figure(v);
			if (k >= 0 && c.baseline?.length) text += ` (real ${figure(c.baseline[k])})`;
			this.values[i].textContent = text;
			if (visible && v !== undefined && v !== null && !(this.log && v <= 0)) {
				this.dots.append(svg("circle", {class: `dot s${c.series}`, cx: this.x(c.x[k]), cy: this.y(v), r: 3.5}));
			}
		});
	}

	// setMarker moves the line of the shown samples.
	setMarker(x) {
		if (!this.marker) return;
		this.options.marker = x;
		const visible = x !== null && x !== undefined && x >= this.options.from && x <= this.options.to;
		this.marker.setAttribute("visibility", visible ? "visible" : "hidden");
		if (visible) {
			this.marker.setAttribute("x1", this.x(x));
			this.marker.setAttribute("x2", this.x(x));
		}
	}

	listen() {
		const at = (e) => {
			const box = this.drawing.getBoundingClientRect();
			const p = (e.clientX - box.left) / box.width * this.width;
			return Math.min(Math.max(this.x.invert(p), this.options.from), this.options.to);
		};
		let start = null, startX = 0;
		const d = this.drawing;
		d.addEventListener("pointermove", (e) => {
			if (!this.x) return;
			const x = at(e);
			this.events.oncursor(x);
			if (start === null || Math.abs(e.clientX - startX) < 5) return;
			const [a, b] = [this.x(Math.min(start, x)), this.x(Math.max(start, x))];
			this.zoom.setAttribute("x", a);
			this.zoom.setAttribute("width", b - a);
			this.zoom.setAttribute("visibility", "visible");
		});
		d.addEventListener("pointerdown", (e) => {
			if (e.button !== 0 || e.pointerType === "touch" || !this.x) return;
			start = at(e);
			startX = e.clientX;
			d.setPointerCapture(e.pointerId);
		});
		d.addEventListener("pointerup", (e) => {
			if (!this.x) return;
			const x = at(e), begun = start;
			start = null;
			this.zoom?.setAttribute("visibility", "hidden");
			if (begun === null || Math.abs(e.clientX - startX) < 5) this.events.onpick(x);
			else this.events.onzoom(Math.min(begun, x), Math.max(begun, x));
		});
		d.addEventListener("pointercancel", () => { start = null; });
		d.addEventListener("pointerleave", () => { if (start === null) this.events.oncursor(null); });
		d.addEventListener("dblclick", () => this.events.onzoom(null, null));
		d.addEventListener("keydown", (e) => {
			const keys = {ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10};
			const xs = this.curves?.[0]?.x ?? [];
			if (!xs.length) return;
			if (e.key in keys || e.key === "Home" || e.key === "End") {
				let k = nearest(xs, this.cursor ?? this.options.to);
				if (e.key === "Home") k = 0;
				else if (e.key === "End") k = xs.length - 1;
				else k = Math.min(Math.max(k + keys[e.key], 0), xs.length - 1);
				this.events.oncursor(xs[k], this);
				e.preventDefault();
			} else if (e.key === "Enter" && this.cursor !== null) {
				this.events.onpick(this.cursor);
			} else if (e.key === "Escape") {
				this.events.oncursor(null);
			}
		});
	}

	// say returns the values at the crosshair as a sentence.
	say() {
		return `${this.title}: ` + this.curves.map((c, i) => `${c.label} ${this.values[i].textContent}`).join(", ");
	}
}
let charts = 0;
