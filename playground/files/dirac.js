// The view of the Dirac-GAN: the vector field, the exact trajectory and the steps of gradient
// descent. A click chooses the state at first.

import {calm, color, h, replace} from "./web/dom.js";
import {json} from "./frame.js";
import {number} from "./charts.js";

const reach = 2; // theta and psi are shown in [-reach, reach]

export class DiracView {
	constructor(place, constants, call, fail) {
		Object.assign(this, {call, fail, request: {method: 0, rate: .2, theta: 1, psi: 1, steps: 100, alternating: false}, shown: 0});
		this.canvas = h("canvas", {class: "square", tabindex: "0", role: "img", "aria-label": "Dirac-GAN", "aria-describedby": "dirac-help"});
		this.canvas.addEventListener("pointerdown", (e) => this.drag(e));
		this.canvas.addEventListener("pointermove", (e) => e.buttons && this.drag(e));
		this.canvas.addEventListener("keydown", (e) => this.key(e));
		this.text = h("p", {role: "status"});
		const set = (key, read) => (e) => this.set({[key]: read(e.target)});
		const field = (label, control) => h("label", {class: "field"}, h("span", {}, label), control);
		this.controls = {
			method: h("select", {onchange: set("method", (t) => Number(t.value))}, constants.dirac.map((name, i) => h("option", {value: i}, name))),
			rate: h("input", {type: "number", min: .01, max: 2, step: "any", onchange: set("rate", (t) => t.valueAsNumber)}),
			steps: h("input", {type: "number", min: 1, max: 1000, onchange: set("steps", (t) => t.valueAsNumber)}),
			theta: h("input", {type: "number", min: -10, max: 10, step: "any", onchange: set("theta", (t) => t.valueAsNumber)}),
			psi: h("input", {type: "number", min: -10, max: 10, step: "any", onchange: set("psi", (t) => t.valueAsNumber)}),
			alternating: h("input", {type: "checkbox", onchange: set("alternating", (t) => t.checked)}),
		};
		this.replay = h("button", {type: "button", onclick: () => this.play()}, "▶ Play the steps");
		replace(place,
			h("div", {class: "dirac"},
				h("section", {class: "panel stack", "aria-labelledby": "dirac-title"},
					h("h2", {id: "dirac-title"}, "The Dirac-GAN"),
					h("p", {}, "The data is one point, 0. G makes one point, θ. D is a line with the slope ψ. Both players are at rest only at (0, 0). The arrows show where gradient descent wants to go. (Mescheder et al. 2018)"),
					field("Method", this.controls.method),
					h("div", {class: "pair"}, field("Learning rate", this.controls.rate), field("Steps", this.controls.steps)),
					h("div", {class: "pair"}, field("θ at first", this.controls.theta), field("ψ at first", this.controls.psi)),
					h("label", {}, this.controls.alternating, "alternating: G moves first, and D sees its move"),
					h("div", {class: "row"}, this.replay),
					this.text,
					h("small", {id: "dirac-help"}, "Click or drag in the picture, or use the arrow keys, to choose the state at first.")),
				h("figure", {class: "panel"}, this.canvas,
					h("figcaption", {class: "legend"}, h("span", {}, h("i", {style: {background: "var(--series-2)"}}), "steps of gradient descent"),
						h("span", {}, h("i", {style: {background: "var(--series-3)"}}), "exact trajectory (learning rate 0)"), h("span", {}, "● equilibrium")))));
		new ResizeObserver(() => this.draw()).observe(this.canvas);
		addEventListener("themechange", () => this.draw());
	}

	drag(event) {
		event.preventDefault();
		this.canvas.focus();
		const box = this.canvas.getBoundingClientRect(), at = (v, from, length) => Math.round((2 * (v - from) / length - 1) * reach * 50) / 50;
		this.set({theta: at(event.clientX, box.left, box.width), psi: -at(event.clientY, box.top, box.height)});
	}

	key(event) {
		const move = {ArrowLeft: [-.1, 0], ArrowRight: [.1, 0], ArrowUp: [0, .1], ArrowDown: [0, -.1]}[event.key];
		if (!move) return;
		event.preventDefault();
		const near = (v) => Math.min(reach, Math.max(-reach, Math.round(v * 10) / 10));
		this.set({theta: near(this.request.theta + move[0]), psi: near(this.request.psi + move[1])});
	}

	// set changes the request. While an answer is on its way, only the last change waits.
	async set(changes) {
		Object.assign(this.request, changes);
		for (const [key, control] of Object.entries(this.controls)) {
			if (key === "alternating") control.checked = this.request[key];
			else control.value = this.request[key];
		}
		this.wanted = true;
		if (this.asking) return;
		this.asking = true;
		while (this.wanted) {
			this.wanted = false;
			try {
				this.picture = json(await this.call("dirac", {dirac: this.request}));
				this.fail(null);
			} catch (error) {
				this.fail(error);
			}
		}
		this.asking = false;
		this.shown = this.picture?.path.length ?? 0;
		this.draw();
		this.tell();
	}

	// play shows the steps one after the other.
	play() {
		if (!this.picture) return;
		this.shown = calm() ? this.picture.path.length : 1;
		const next = () => {
			this.draw();
			if (this.shown < this.picture.path.length) {
				this.shown++;
				requestAnimationFrame(next);
			}
		};
		next();
	}

	tell() {
		const p = this.picture;
		if (!p) return;
		const end = p.path.at(-1), away = Math.hypot(...end), start = Math.hypot(...p.path[0]);
		const gone = p.path.length <= this.request.steps ? "It leaves the picture for good." : `After ${this.request.steps} steps it is ${number(away)} from the equilibrium; it began at ${number(start)}.`;
		const rate = !p.rate ? "Its step has no derivative at the equilibrium." :
			`Near the equilibrium each step multiplies the distance by ${p.rate.toFixed(4)}: ${p.rate < 1 - 1e-9 ? "it converges." : p.rate > 1 + 1e-9 ? "it moves away." : "it turns for ever."}`;
		replace(this.text, gone, " ", rate);
		this.canvas.setAttribute("aria-label", `Dirac-GAN, ${this.controls.method.selectedOptions[0].textContent}, from ${p.path[0].map(number).join(", ")} to ${end.map(number).join(", ")}`);
	}

	draw() {
		const size = Math.round(this.canvas.clientWidth * devicePixelRatio);
		if (!size || !this.picture) return;
		if (this.canvas.width !== size) this.canvas.width = this.canvas.height = size;
		const c = this.canvas.getContext("2d"), x = (v) => (v / reach + 1) / 2 * size, y = (v) => (1 - v / reach) / 2 * size;
		c.fillStyle = color("--panel");
		c.fillRect(0, 0, size, size);
		this.drawAxes(c, x, y, size);
		this.drawField(c, x, y, size);
		this.drawPath(c, this.picture.flow, color("--series-3"), x, y, false);
		this.drawPath(c, this.picture.path.slice(0, this.shown), color("--series-2"), x, y, true);
		c.fillStyle = color("--ink");
		c.beginPath();
		c.arc(x(0), y(0), 5 * devicePixelRatio, 0, 7);
		c.fill();
	}

	drawAxes(c, x, y, size) {
		c.strokeStyle = color("--rule");
		c.lineWidth = devicePixelRatio;
		c.beginPath();
		c.moveTo(0, y(0));
		c.lineTo(size, y(0));
		c.moveTo(x(0), 0);
		c.lineTo(x(0), size);
		c.stroke();
		c.fillStyle = color("--soft");
		c.font = `${13 * devicePixelRatio}px system-ui, sans-serif`;
		c.fillText("θ", size - 14 * devicePixelRatio, y(0) - 5 * devicePixelRatio);
		c.fillText("ψ", x(0) + 6 * devicePixelRatio, 14 * devicePixelRatio);
	}

	drawField(c, x, y, size) {
		const longest = Math.max(...this.picture.field.map(([, , u, v]) => Math.hypot(u, v)), 1e-9), step = size / 22;
		c.strokeStyle = color("--soft");
		c.beginPath();
		for (const [a, b, u, v] of this.picture.field) {
			const length = Math.hypot(u, v), f = step * Math.sqrt(length / longest) / Math.max(length, 1e-12);
			const px = x(a), py = y(b), dx = u * f, dy = -v * f;
			c.moveTo(px - dx / 2, py - dy / 2);
			c.lineTo(px + dx / 2, py + dy / 2);
			c.lineTo(px + .1 * dx - .2 * dy, py + .1 * dy + .2 * dx);
			c.moveTo(px + dx / 2, py + dy / 2);
			c.lineTo(px + .1 * dx + .2 * dy, py + .1 * dy - .2 * dx);
		}
		c.stroke();
	}

	drawPath(c, points, ink, x, y, dots) {
		c.strokeStyle = c.fillStyle = ink;
		c.lineWidth = 2 * devicePixelRatio;
		c.beginPath();
		points.forEach(([a, b]) => c.lineTo(x(a), y(b)));
		c.stroke();
		if (!dots) return;
		for (const [a, b] of points) {
			c.beginPath();
			c.arc(x(a), y(b), 2.6 * devicePixelRatio, 0, 7);
			c.fill();
		}
	}
}
