// Points of the user: drawn in the plane, typed, or from a CSV file.

import {announce, h, replace} from "./web/dom.js";
import {json} from "./frame.js";
import {mostLinked} from "./state.js";

const spray = .04; // standard deviation of the points around the pen

// Own is the panel. points are in the units of the plane; onchange is called after a change.
export class Own {
	constructor(place, plane, maxPoints, call, fail, onchange) {
		Object.assign(this, {plane, maxPoints, call, fail, onchange, points: []});
		this.count = h("output", {});
		this.text = h("textarea", {rows: 4, spellcheck: "false", placeholder: "0.5,-0.25\n0.1,0.8", "aria-label": "Points as CSV, two numbers in each line"});
		this.pen = h("button", {type: "button", "aria-pressed": "true", onclick: () => this.setPen(this.pen.getAttribute("aria-pressed") !== "true")}, "✎ Draw");
		this.file = h("input", {type: "file", accept: ".csv,.tsv,.txt,text/csv", "aria-label": "CSV file", onchange: () => this.readFile()});
		replace(place, h("div", {class: "row"}, this.pen,
			h("button", {type: "button", onclick: () => this.replace([])}, "Clear"), h("small", {}, this.count)),
		h("p", {class: "soft"}, "Draw in the plane with the pen, or give a CSV file with two columns, or type points."),
		this.file, this.text,
		h("div", {class: "row"}, h("button", {type: "button", onclick: () => this.read(this.text.value)}, "Use this text")));
		plane.canvas.addEventListener("pointerdown", (e) => this.draws() && this.start(e));
		plane.canvas.addEventListener("pointermove", (e) => this.drawing && this.add(e));
		for (const end of ["pointerup", "pointercancel"]) plane.canvas.addEventListener(end, () => this.stop());
		this.tell();
	}

	draws() { return this.active && this.pen.getAttribute("aria-pressed") === "true"; }

	setPen(on) {
		this.pen.setAttribute("aria-pressed", String(on));
		this.plane.canvas.classList.toggle("pen", this.draws());
	}

	// setActive says whether the data are the user's points.
	setActive(active) {
		this.active = active;
		this.plane.canvas.classList.toggle("pen", this.draws());
	}

	start(event) {
		event.preventDefault();
		this.plane.canvas.setPointerCapture(event.pointerId);
		this.drawing = true;
		this.add(event);
	}

	// add puts points around the pen, for each of the places since the last event.
	add(event) {
		for (const e of event.getCoalescedEvents?.() ?? [event]) {
			const [x, y] = this.plane.at(e);
			for (let i = 0; i < 2 && this.points.length < this.maxPoints; i++) {
				const r = spray * Math.sqrt(-2 * Math.log(1 - Math.random())), a = 2 * Math.PI * Math.random();
				this.points.push([x + r * Math.cos(a), y + r * Math.sin(a)]);
			}
		}
		this.tell();
		this.onchange(false);
	}

	stop() {
		if (!this.drawing) return;
		this.drawing = false;
		this.onchange(true);
	}

	replace(points) {
		this.points = points;
		this.tell();
		announce(`${points.length} points`);
		this.onchange(true);
	}

	async readFile() {
		const file = this.file.files[0];
		if (!file) return;
		if (file.size > 900_000) return this.fail(Object.assign(new Error(`${file.name} is too large`), {hint: `give a file with at most ${this.maxPoints} points`}));
		await this.read(await file.text());
		this.file.value = "";
	}

	async read(csv) {
		try {
			this.replace(json(await this.call("points", {csv})));
			this.fail(null);
		} catch (error) {
			this.fail(error);
		}
	}

	tell() {
		const n = this.points.length;
		this.count.textContent = `${n} points${n > mostLinked ? "; too many for a link" : ""}`;
	}
}
