// Curves of figures over the rounds.

import {color as readColor, h} from "./web/dom.js";

// color is the colour of the style sheet, remembered until the theme changes.
const colors = new Map();
const color = (name) => colors.get(name) ?? colors.set(name, readColor(name)).get(name);
export const forgetColors = () => colors.clear();

const room = 15; // CSS pixels above and below the curves, for the numbers of the axis
const most = 900; // points of a curve; then every second one is dropped

// History keeps the figures of all frames.
export class History {
	constructor() { this.clear(); }

	clear() {
		this.rows = [];
		this.every = 1; // rounds between two rows, at least
	}

	add(frame) {
		const round = frame.updatesD + frame.updatesG, last = this.rows.at(-1);
		if (last && round < last.at + this.every) return;
		this.rows.push({...frame.numbers, at: round, round: frame.rounds});
		if (this.rows.length > most) {
			this.rows = this.rows.filter((_, i) => i % 2 === 0);
			this.every = Math.max(1, this.every * 2, (this.rows.at(-1).at - this.rows[0].at) / most);
		}
	}

	// csv returns all rows as text.
	csv() {
		if (!this.rows.length) return "";
		const names = Object.keys(this.rows[0]).filter((name) => name !== "at");
		return [names.join(), ...this.rows.map((row) => names.map((n) => Number.isNaN(row[n]) ? "" : row[n]).join())].join("\n") + "\n";
	}
}

// number returns a figure as people read it.
export function number(v) {
	if (v === undefined || Number.isNaN(v)) return "–";
	if (!Number.isFinite(v)) return v > 0 ? "∞" : "−∞";
	const size = Math.abs(v);
	if (Number.isInteger(v) && size < 1e5) return String(v).replace("-", "−");
	if (size !== 0 && (size < 1e-3 || size >= 1e5)) return v.toExponential(1).replace("-", "−");
	return v.toFixed(size < 10 ? 3 : size < 100 ? 2 : 0).replace("-", "−");
}

// A Chart draws some figures of a history. series are {key, name, color}; lines are
// {value, name}, drawn across; range, if there is one, is the least that the axis shows.
export class Chart {
	constructor(title, series, {lines = [], range = null, note = ""} = {}) {
		Object.assign(this, {title, series, lines, range, cursor: null, size: [0, 0]});
		this.canvas = h("canvas", {role: "img", tabindex: "0", class: "chart", "aria-label": title});
		this.values = series.map((s) => h("output", {}, "–"));
		this.element = h("figure", {class: "chart-box"},
			h("figcaption", {}, h("strong", {}, title), note && h("small", {}, ` ${note}`)),
			this.canvas,
			h("p", {class: "legend"}, series.map((s, i) => h("span", {}, h("i", {style: {background: `var(${s.color})`}}), s.name, " ", this.values[i])),
				lines.map((l) => h("span", {}, h("i", {class: "dashed"}), l.name))));
		this.canvas.addEventListener("pointermove", (e) => this.point((e.clientX - this.canvas.getBoundingClientRect().left) / this.canvas.clientWidth));
		this.canvas.addEventListener("pointerleave", () => this.point(null));
		this.canvas.addEventListener("keydown", (e) => {
			const step = {ArrowLeft: -.02, ArrowRight: .02}[e.key];
			if (!step) return;
			e.preventDefault();
			this.point(Math.min(1, Math.max(0, (this.cursor ?? 1) + step)));
		});
		this.canvas.addEventListener("blur", () => this.point(null));
		new ResizeObserver(([entry]) => {
			this.size = [entry.contentRect.width, entry.contentRect.height];
			if (this.history) this.draw(this.history);
		}).observe(this.canvas);
	}

	point(at) {
		this.cursor = at;
		if (this.history) this.draw(this.history);
	}

	draw(history) {
		this.history = history;
		const rows = history.rows, [width, height] = this.size.map((v) => Math.round(v * devicePixelRatio)); // to read it from the canvas would lay out the page for every chart
		if (!width || !height) return;
		if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, {width, height});
		const c = this.canvas.getContext("2d"), [low, high] = this.limits(rows), first = rows[0]?.at ?? 0, last = Math.max(rows.at(-1)?.at ?? 1, first + 1);
		const x = (at) => (at - first) / (last - first) * (width - 1), edge = room * devicePixelRatio, y = (v) => height - edge - (v - low) / (high - low) * (height - 2 * edge);
		c.clearRect(0, 0, width, height);
		this.drawLines(c, y, width);
		for (const s of this.series) this.drawCurve(c, rows, s, x, y);
		this.drawLimits(c, low, high, height);
		this.read(c, rows, x, y, first, last, height);
	}

	// limits returns the ends of the vertical axis.
	limits(rows) {
		let low = this.range ? this.range[0] : Infinity, high = this.range ? this.range[1] : -Infinity;
		for (const line of this.lines) [low, high] = [Math.min(low, line.value), Math.max(high, line.value)];
		for (const row of rows) {
			for (const {key} of this.series) {
				if (Number.isFinite(row[key])) [low, high] = [Math.min(low, row[key]), Math.max(high, row[key])];
			}
		}
		if (!(low < high)) [low, high] = Number.isFinite(low) ? [low - .5, low + .5] : [0, 1];
		return [low, high];
	}

	drawLines(c, y, width) {
		c.strokeStyle = color("--soft");
		c.lineWidth = devicePixelRatio;
		c.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
		for (const line of this.lines) {
			c.beginPath();
			c.moveTo(0, y(line.value));
			c.lineTo(width, y(line.value));
			c.stroke();
		}
		c.setLineDash([]);
	}

	// drawLimits writes the ends of the axis above and below the curves.
	drawLimits(c, low, high, height) {
		c.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
		c.fillStyle = color("--soft");
		for (const [v, baseline, y] of [[high, "top", 1], [low, "bottom", height - 1]]) {
			c.textBaseline = baseline;
			c.fillText(number(v), 1, y);
		}
	}

	drawCurve(c, rows, series, x, y) {
		c.strokeStyle = color(series.color);
		c.lineWidth = 1.6 * devicePixelRatio;
		c.lineJoin = "round";
		c.beginPath();
		let pen = false; // whether the point before this one is drawn
		for (const row of rows) {
			const v = row[series.key];
			if (!Number.isFinite(v)) pen = false;
			else {
				if (pen) c.lineTo(x(row.at), y(v));
				else c.moveTo(x(row.at), y(v));
				pen = true;
			}
		}
		c.stroke();
	}

	// read shows the figures at the cursor, or the last ones.
	read(c, rows, x, y, first, last, height) {
		let row = rows.at(-1);
		if (this.cursor !== null && rows.length) {
			const at = first + this.cursor * (last - first);
			row = rows.reduce((a, b) => Math.abs(b.at - at) < Math.abs(a.at - at) ? b : a);
			c.strokeStyle = color("--edge");
			c.lineWidth = devicePixelRatio;
			c.beginPath();
			c.moveTo(x(row.at), 0);
			c.lineTo(x(row.at), height);
			c.stroke();
		}
		this.series.forEach((s, i) => {
			const text = number(row?.[s.key]);
			if (this.values[i].textContent !== text) this.values[i].textContent = text;
		});
		this.canvas.setAttribute("aria-label", `${this.title}, round ${row?.round ?? 0}: ${this.series.map((s) => `${s.name} ${number(row?.[s.key])}`).join(", ")}`);
	}
}
