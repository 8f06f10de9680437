// The playground: connects the controls, the engine, the pictures and the lessons.

import {announce, calm, h, put, replace} from "./web/dom.js";
import {themeButton} from "./web/theme.js";
import {connect} from "./engine.js";
import {Algorithm, describe, Flow} from "./algorithm.js";
import {Chart, forgetColors, History, number} from "./charts.js";
import {DiracView} from "./dirac.js";
import {Form} from "./form.js";
import {decode, json} from "./frame.js";
import {Own} from "./own.js";
import {Plane} from "./plane.js";
import * as address from "./state.js";
import {Tour} from "./tour.js";

const $ = (id) => document.getElementById(id);

const layers = [
	["real", "real points", "x, orange squares"], ["made", "samples", "G(z), blue dots"], ["heat", "D", "orange: real, blue: generated"],
	["density", "data density", "lines where p_data is 1/10, 4/10 and 7/10 of its largest value"], ["best", "D* (lines)", "the optimal D is 1/2 on the line, 1/4 and 3/4 on the dashes"], ["warp", "G as a grid", "cells of noise with equal probability"],
	["arrows", "gradients", "where each sample should go"],
];
const defaultShow = ["real", "made", "heat"];
const smallEvery = 8; // frames, while the page plays, from one drawing of the small pictures to the next
const phaseTime = 1100; // milliseconds of a phase in slow motion

class Playground {
	async start() {
		this.call = await connect();
		this.constants = json(await this.call("fields", {}));
		this.fields = new Map(this.constants.fields.map((f) => [f.key, f]));
		this.plane = new Plane($("plane"), this.constants);
		this.history = new History();
		this.algorithm = new Algorithm($("algorithm"));
		this.flow = new Flow($("flow"), this.constants);
		this.form = new Form($("form"), this.fields, (key, value) => this.set({[key]: value}));
		this.form.rows.get("data").row.after($("own"));
		this.own = new Own($("own"), this.plane, this.constants.maxPoints, this.call, (e) => this.fail(e), (done) => this.pointsChanged(done));
		this.dirac = new DiracView($("dirac-view"), this.constants, this.call, (e) => this.fail(e));
		this.makeCharts();
		this.makeLayers();
		this.listen();
		const lessons = await (await fetch("lessons.json")).json();
		this.tour = new Tour($("tour"), $("tour-open"), lessons, this);
		const {runs} = await (await fetch("place.json")).json();
		if (runs) Object.assign($("runs"), {href: runs, hidden: false});
		await this.restore();
		addEventListener("hashchange", () => location.hash !== this.written && this.restore());
		document.documentElement.dataset.ready = "true";
	}

	makeCharts() {
		const series = (key, name, color) => ({key, name, color: `--series-${color}`});
		const fromZero = {range: [0, .1]};
		this.charts = [
			new Chart("Losses", [series("lossD", "D", 1), series("lossG", "G", 2)]),
			new Chart("D(x) and D(G(z))", [series("real", "D(x)", 5), series("fake", "D(G(z))", 1)], {lines: [{value: .5, name: "1/2"}]}),
			new Chart("Divergences", [series("kl", "KL(data ‖ G)", 3), series("js", "JS", 4)], fromZero),
			new Chart("C(G) and V(D, G)", [series("virtual", "C(G), for the best D", 3), series("value", "V, for this D", 6)], {lines: [{value: -Math.log(4), name: "−log 4"}]}),
			new Chart("Modes found", [series("modes", "modes", 1), series("allModes", "of", 5)], fromZero),
			new Chart("Gradient norms", [series("gradientD", "D", 1), series("gradientG", "G", 2)], fromZero),
		];
		put($("charts"), this.charts.map((chart) => chart.element));
	}

	makeLayers() {
		this.boxes = new Map(layers.map(([key, name, help]) => [key, h("input", {type: "checkbox", onchange: (e) => this.showLayer(key, e.target.checked)})]));
		put($("layers"), layers.map(([key, name, help]) => h("label", {title: help, class: `layer ${key}`}, this.boxes.get(key), name)));
	}

	listen() {
		put($("bar-end"), themeButton());
		$("play").addEventListener("click", () => this.playing ? this.pause() : this.play());
		$("round").addEventListener("click", () => this.step("advance", {mode: "both", rounds: 1, ms: 0}));
		$("only-d").addEventListener("click", () => this.step("advance", {mode: "D", rounds: 1, ms: 0}));
		$("only-g").addEventListener("click", () => this.step("advance", {mode: "G", rounds: 1, ms: 0}));
		$("next").addEventListener("click", () => this.step("next", {}));
		$("reset").addEventListener("click", () => this.reset());
		$("defaults").addEventListener("click", () => this.load({settings: {}, show: defaultShow, points: []}));
		$("link").addEventListener("click", () => this.linkMoment());
		$("csv").addEventListener("click", () => this.saveCurves());
		for (const tab of document.querySelectorAll("[data-view]")) tab.addEventListener("click", () => this.setView(tab.dataset.view));
		document.addEventListener("keydown", (e) => {
			if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || this.view !== "plane") return;
			const button = {p: "play", o: "round", n: "next", r: "reset"}[e.key.toLowerCase()];
			if (button) $(button).click();
		});
		$("plane").addEventListener("pointermove", (e) => { this.cursor = this.plane.at(e); this.readOut(); });
		$("plane").addEventListener("pointerleave", () => { this.cursor = null; this.readOut(); });
		addEventListener("themechange", () => { forgetColors(); this.plane.readColors(); this.flow.readColors(); this.draw(); });
		new ResizeObserver(() => this.draw()).observe($("plane"));
	}

	// restore opens what the address says.
	async restore() {
		const state = address.read(location.hash, this.fields);
		const lesson = state.lesson && this.tour.find(state.lesson);
		if (lesson && Object.keys(state.settings).length === 0) return this.tour.begin(lesson.id);
		await this.load({settings: state.settings, show: state.show ?? defaultShow, points: state.points, view: state.view ?? "plane"});
		while (this.frame?.rounds < state.rounds) {
			const frame = await this.ask("advance", {mode: "both", rounds: Math.min(state.rounds - this.frame.rounds, 10000), ms: 100});
			if (!frame?.played) break;
		}
		if (lesson) this.tour.resume(lesson.id);
		if (state.problems.length) this.fail(Object.assign(new Error(state.problems.join("; ")), {hint: "the rest of the address is used"}));
	}

	// load begins a new session.
	async load({settings, show, points, view = this.view}) {
		this.pause();
		const complete = Object.fromEntries([...this.fields.values()].map((f) => [f.key, settings[f.key] ?? f.default]));
		if (points.length || complete.data === "own") this.own.points = points;
		this.own.tell();
		this.shown = new Set(show.filter((key) => this.boxes.has(key)));
		for (const [key, box] of this.boxes) box.checked = this.shown.has(key);
		this.setView(view === "dirac" ? "dirac" : "plane");
		if (!this.settings) this.settings = Object.fromEntries([...this.fields.values()].map((f) => [f.key, f.default]));
		if (complete.data === "own" && points.length < 2) {
			this.showOwn(complete);
			if (!this.frame) await this.ask("open", {settings: [], points: []});
			return;
		}
		this.history.clear();
		if (await this.ask("open", {settings: assignments(complete), points: this.pointsOf(complete)})) this.settings = complete;
		else if (!this.frame) await this.ask("open", {settings: assignments(this.settings), points: []});
		this.settle();
	}

	// set changes settings. Training goes on where the weights still fit.
	async set(changes) {
		const next = {...this.settings, ...changes};
		if (next.data === "own" && this.own.points.length < 2) return this.showOwn(next);
		const answer = await this.ask("change", {settings: assignments(next), points: this.pointsOf(next)});
		if (answer) {
			this.settings = next;
			if (!answer.kept) {
				this.history.clear();
				announce("The networks are new: training begins again.");
			}
		}
		this.settle();
		if (!answer) for (const key of Object.keys(changes)) this.form.complain(key);
	}

	// settle shows the settings and writes the address.
	settle() {
		this.form.show(this.settings);
		this.showOwn(this.settings);
		this.draw();
		this.writeAddress();
		this.tour.check();
	}

	showOwn(settings) {
		$("own").hidden = settings.data !== "own";
		this.own.setActive(settings.data === "own");
		if (settings !== this.settings) {
			this.form.show(settings);
			this.waiting = settings; // for points
		} else this.waiting = null;
	}

	pointsOf(settings) { return settings.data === "own" ? this.own.points : []; }

	// pointsChanged is called while the user draws, and after.
	async pointsChanged(done) {
		const settings = this.waiting ?? this.settings;
		if (settings.data !== "own") return;
		if (this.own.points.length < 2) {
			this.waiting = settings;
			return this.draw();
		}
		if (done) return this.set({...settings});
		this.draw();
	}

	writeAddress(rounds = 0) {
		this.written = address.write({settings: this.settings, show: layers.map(([key]) => key).filter((key) => this.shown.has(key)), points: this.own.points, lesson: this.tour.current?.id, view: this.view, rounds}, this.fields, defaultShow);
		if (this.written === "#") this.written = "";
		history.replaceState(null, "", this.written || location.pathname + location.search);
	}

	// linkMoment puts the number of rounds into the address. Equal settings and rounds give the
	// same networks, so whoever opens it sees the same, if only whole rounds were played.
	async linkMoment() {
		this.pause();
		this.writeAddress(this.frame?.rounds ?? 0);
		let copied = "";
		try {
			await navigator.clipboard.writeText(location.href);
			copied = " It is copied.";
		} catch { /* the browser does not let the page copy: the user can */ }
		$("status").textContent = `The address of the page now leads to round ${this.frame?.rounds ?? 0} of these settings.${copied}`;
	}

	setView(view) {
		this.view = view;
		if (view !== "plane") this.pause();
		$("plane-view").hidden = view !== "plane";
		$("dirac-view").hidden = view !== "dirac";
		document.querySelector(".keys").hidden = view !== "plane";
		for (const tab of document.querySelectorAll("[data-view]")) {
			if (tab.dataset.view === view) tab.setAttribute("aria-current", "page");
			else tab.removeAttribute("aria-current");
		}
		if (view === "dirac" && !this.dirac.picture) this.dirac.set({});
		if (this.settings && this.tour) {
			this.tour.settle();
			this.writeAddress();
			this.tour.check();
		}
		this.draw();
	}

	showLayer(key, on) {
		if (on) this.shown.add(key);
		else this.shown.delete(key);
		this.writeAddress();
		this.ask("frame", {}).then(() => this.tour.check());
	}

	// ask makes a call that answers with a frame, and shows it. It returns null after an error.
	async ask(call, request) {
		try {
			this.asked = (this.asked ?? 0) + 1;
			const small = !this.playing || this.asked % smallEvery === 0; // the small pictures need their layers, too
			const wants = (layer) => small || this.shown.has(layer);
			const frame = decode(await this.call(call, {...request, layers: {heat: wants("heat"), warp: wants("warp"), arrows: wants("arrows"), density: this.shown.has("density")}}), this.constants.numbers);
			frame.small = small;
			this.frame = frame;
			this.fail(frame.stopped ? Object.assign(new Error(frame.stopped), {hint: frame.hint}) : null);
			if (frame.stopped) this.pause();
			this.history.add(frame);
			this.draw();
			return frame;
		} catch (error) {
			this.pause();
			this.fail(error);
			return null;
		}
	}

	async step(call, request) {
		this.pause();
		const frame = await this.ask(call, request);
		if (!frame) return;
		this.drawCharts();
		this.tour.check();
		announce(describe(frame.phase) || `Round ${frame.rounds}`);
	}

	async reset() {
		this.pause();
		this.history.clear();
		await this.ask("open", {settings: assignments(this.settings), points: this.pointsOf(this.settings)});
		this.drawCharts();
		announce("Reset");
	}

	pause() {
		if (!this.playing) return;
		this.playing = false;
		$("play").textContent = "▶ Play";
		announce(this.summary());
		this.drawCharts();
	}

	// play trains until the user pauses. After a pause the last frame is still on its way, and
	// the next play waits for it.
	async play() {
		if (this.playing) return;
		this.playing = true;
		$("play").textContent = "⏸ Pause";
		while (this.loop) await this.loop;
		if (!this.playing) return;
		this.loop = this.run();
		await this.loop;
		this.loop = null;
	}

	// run asks for frames while the page plays. Each frame is drawn when the screen is.
	async run() {
		let before = performance.now(), frames = 0, moves = 0;
		while (this.playing) {
			const began = performance.now(), speed = $("speed").value;
			const work = speed === "slow" ? this.ask("next", {}) : this.ask("advance", {
				mode: $("mode").value, rounds: speed === "max" ? 10000 : Number(speed), ms: speed === "max" ? (calm() ? 120 : 12) : 0,
			});
			const [frame] = await Promise.all([work, nextPaint()]);
			if (!frame) break;
			this.tour.check();
			frames++;
			moves += frame.played ?? 0;
			const now = performance.now();
			if (now - before > 500) {
				this.pace = `${Math.round(moves / (now - before) * 1000)} rounds/s, ${Math.round(frames / (now - before) * 1000)} frames/s`;
				[before, frames, moves] = [now, 0, 0];
			}
			if (speed === "slow") await pause(phaseTime, () => !this.playing || $("speed").value !== "slow");
			else if (calm()) await pause(250 - (now - began), () => !this.playing);
		}
		this.pause();
	}

	draw() {
		const frame = this.frame;
		if (!frame || this.view !== "plane") return;
		const waiting = this.waiting?.data === "own" || this.own.drawing;
		this.plane.draw(waiting ? {...frame, real: new Float32Array(this.own.points.flat())} : frame, this.shown);
		this.drawn = (this.drawn ?? 0) + 1;
		if (!this.playing || this.drawn % 4 === 0) this.drawCharts();
		this.flow.show(frame.phase);
		if (frame.small) this.flow.draw(frame);
		this.algorithm.show(frame.phase, this.settings);
		this.showWord(frame.word);
		this.readOut();
		const status = [`Round ${frame.rounds.toLocaleString("en")}`, `updates: D ${frame.updatesD.toLocaleString("en")}, G ${frame.updatesG.toLocaleString("en")}`];
		if (frame.phase.step) status.push(describe(frame.phase));
		else if (this.playing && this.pace) status.push(this.pace);
		$("status").textContent = status.join(" · ");
		if (!this.playing) $("plane").setAttribute("aria-label", `The plane. ${this.summary()}`);
	}

	// showWord shows what the referee says, if it has changed.
	showWord(word) {
		const text = JSON.stringify(word ?? null);
		if (text === this.word) return;
		this.word = text;
		$("word").hidden = !word;
		if (!word) return;
		$("word").className = `notice ${word.bad ? "warn" : "good"}`;
		replace($("word"), h("strong", {}, `The referee: ${word.line}.`), ` ${word.why}`,
			word.remedies?.length ? ` Try this: ${word.remedies.slice(0, 3).join("; if it does not help enough, also ")}.` : null);
	}

	drawCharts() {
		if (this.view !== "plane") return;
		this.charts[4].element.hidden = !this.frame?.numbers.allModes;
		this.charts[1].lines = this.frame?.logits ? [{value: .5, name: "1/2"}] : [];
		for (const chart of this.charts) chart.draw(this.history);
	}

	// summary describes the frame in words.
	summary() {
		if (!this.frame) return "";
		const n = this.frame.numbers, modes = n.allModes ? `${n.modes} of ${n.allModes} modes found, ` : "";
		return `Round ${this.frame.rounds}: ${modes}JS divergence ${number(n.js)}, D(x) ${number(n.real)}, D(G(z)) ${number(n.fake)}.`;
	}

	readOut() {
		let text = "\u00a0";
		if (this.cursor && this.frame) {
			const cell = this.plane.cellAt(this.cursor), heat = this.frame.heat[cell], best = this.frame.best[cell];
			text = `(${this.cursor.map((v) => v.toFixed(2)).join(", ")})`;
			if (heat !== undefined) text += this.frame.logits ? `  D ${number((heat + 1) / 2)}` : `  D, from −1 to 1: ${number(heat)}`;
			if (best !== undefined) text += `  D* ${number(best)}`;
		}
		$("readout").textContent = text.replaceAll("-", "−");
	}

	fail(error) {
		const text = error ? `${error.message}${error.hint ? ` – ${error.hint}` : ""}` : "";
		if (this.failure === text) return;
		this.failure = text;
		$("fail").hidden = !text;
		$("fail").textContent = text;
	}

	saveCurves() {
		const link = h("a", {href: URL.createObjectURL(new Blob([this.history.csv()], {type: "text/csv"})), download: "curves.csv"});
		link.click();
		setTimeout(() => URL.revokeObjectURL(link.href), 10000);
	}
}

const assignments = (settings) => Object.entries(settings).map(([key, value]) => `${key}=${value}`);
const nextPaint = () => new Promise((done) => requestAnimationFrame(done));

// pause waits for a time, or until it is enough.
async function pause(ms, enough) {
	for (const end = performance.now() + ms; performance.now() < end && !enough();) await new Promise((done) => setTimeout(done, 30));
}

const playground = new Playground();
window.playground = playground; // for the tests, and for the curious
playground.start().catch((error) => playground.fail(error));
