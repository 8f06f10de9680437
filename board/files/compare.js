// Several runs over each other: curves, samples at equal kimg, settings that differ.

import {h, replace} from "../web/dom.js";
import {address, get} from "./api.js";
import {Charts} from "./charts.js";
import {duration, figure, kimg, link, progress, stateClass} from "./format.js";
import {runs, watch} from "./live.js";

const maxCompared = 12;

export function compareView(parameters) {
	let ids = [...new Set(parameters.getAll("id"))].filter((id) => runs.has(id)).slice(0, maxCompared);
	const pages = new Map(); // id -> page, or an Error
	const chosen = h("div", {class: "row wrap"}), samples = h("section", {class: "panel stack", "aria-label": "Samples"});
	const figures = h("div", {class: "scroll"}), settings = h("div", {class: "stack"}), empty = h("div", {class: "panel empty"});
	const slider = h("input", {type: "range", min: 0, max: 1, step: "any", value: 1, "aria-label": "Time of the samples", oninput: () => { at = Number(slider.value); follow = at >= Number(slider.max); drawSamples(); charts.mark(); }});
	const label = h("output", {class: "framelabel"});
	const strip = h("div", {class: "strip"});
	put(samples, h("h2", {}, "Samples at equal kimg"), strip, slider, label);
	let at = 0, follow = true, closed = false;

	function put(element, ...children) { replace(element, ...children); }

	const charts = new Charts(load, (x, axis) => {
		if (axis !== "kimg") return;
		at = x;
		follow = false;
		slider.value = x;
		drawSamples();
		charts.mark();
	});
	charts.markerOf = (axis) => axis === "kimg" ? at : null;
	const whole = h("div", {class: "stack"}, samples, charts.element, h("section", {class: "panel stack"}, h("h2", {}, "Figures"), figures), h("section", {class: "panel stack"}, h("h2", {}, "Settings that differ"), settings));

	const nameOf = (id) => ids.filter((other) => runs.get(other)?.name === runs.get(id)?.name).length > 1 ? id : runs.get(id)?.name ?? id;

	// load fetches the charts of all runs and joins those of equal title: a chart for each
	// curve, a curve for each run.
	async function load(view) {
		const answers = await Promise.all(ids.map(async (id) => {
			try {
				return await get("api/history", {id, ...view});
			} catch (error) {
				return {charts: [], last: 0, notes: [`${nameOf(id)}: ${error.message}`]};
			}
		}));
		const joined = new Map();
		answers.forEach((answer, i) => {
			for (const chart of answer.charts) {
				for (const curve of chart.curves) {
					const title = chart.title.endsWith(curve.name) ? chart.title : `${chart.title}: ${curve.name}`;
					if (!joined.has(title)) joined.set(title, {title, kind: chart.kind, help: chart.help, evidence: false, curves: []});
					joined.get(title).evidence ||= Boolean(chart.evidence);
					joined.get(title).curves.push({...curve, label: nameOf(ids[i]), series: i % 6 + 1, dash: i >= 6});
				}
			}
		});
		return {
			charts: [...joined.values()], first: Math.min(...answers.map((a) => a.first ?? 0), 0), last: Math.max(...answers.map((a) => a.last ?? 0), 0),
			notes: answers.flatMap((a, i) => (a.notes ?? []).map((n) => n.startsWith(nameOf(ids[i])) ? n : `${nameOf(ids[i])}: ${n}`)),
		};
	}

	async function read(id) {
		try {
			pages.set(id, await get("api/run", {id}));
		} catch (error) {
			pages.set(id, error);
		}
		if (closed) return;
		drawSlider();
		drawSettings();
	}

	function drawChosen() {
		const others = [...runs.keys()].filter((id) => !ids.includes(id)).sort();
		const more = h("select", {"aria-label": "Add a run", onchange: () => { if (more.value) go([...ids, more.value]); }},
			h("option", {value: ""}, "Add a run"), others.map((id) => h("option", {value: id}, id)));
		replace(chosen, ids.map((id, i) => h("span", {class: `chip s${i % 6 + 1}`}, h("i", {class: `swatch s${i % 6 + 1}${i >= 6 ? " dash" : ""}`}), h("a", {href: link(id)}, nameOf(id)),
			h("button", {type: "button", class: "quiet icon", "aria-label": `Remove ${nameOf(id)}`, onclick: () => go(ids.filter((other) => other !== id))}, "×"))),
			ids.length < maxCompared && others.length > 0 && more);
		whole.hidden = ids.length === 0;
		empty.hidden = ids.length > 0;
		replace(empty, h("p", {}, "Choose runs by their boxes in the table of runs, or add them here."));
	}

	function go(next) {
		location.hash = `#/compare?${new URLSearchParams(next.map((id) => ["id", id]))}`;
	}

	const framesOf = (id) => pages.get(id)?.outputs?.[0]?.frames.filter((f) => f.kimg !== null) ?? [];

	function drawSlider() {
		const last = Math.max(...ids.map((id) => framesOf(id).at(-1)?.kimg ?? 0), 0);
		slider.max = last || 1;
		if (follow) at = last;
		slider.value = at;
		drawSamples();
		charts.mark();
	}

	// drawSamples shows of each run the newest samples that are not after the slider.
	function drawSamples() {
		label.textContent = `${kimg(at)} kimg`;
		slider.setAttribute("aria-valuetext", label.textContent);
		ids.forEach((id, i) => {
			let box = strip.children[i];
			if (box?.dataset.id !== id) {
				box = h("figure", {"data-id": id}, h("figcaption", {class: "row"}, h("i", {class: `swatch s${i % 6 + 1}${i >= 6 ? " dash" : ""}`}), h("b", {}, nameOf(id))), h("img", {class: runs.get(id)?.images ? "grid pixels" : "grid", alt: ""}), h("small", {class: "soft"}));
				if (strip.children[i]) strip.children[i].replaceWith(box);
				else strip.append(box);
			}
			const frames = framesOf(id);
			const frame = frames.filter((f) => f.kimg <= at * (1 + 1e-9)).at(-1) ?? frames[0];
			const [image, text] = [box.querySelector("img"), box.querySelector("small")];
			image.hidden = !frame;
			if (!frame) {
				text.textContent = pages.get(id) instanceof Error ? pages.get(id).message : "no samples yet";
				return;
			}
			const src = address("api/picture", {id, name: frame.name});
			if (image.getAttribute("src") !== src) image.src = src;
			image.alt = `samples of ${nameOf(id)} at ${kimg(frame.kimg)} kimg`;
			text.textContent = `${kimg(frame.kimg)} kimg`;
		});
		while (strip.children.length > ids.length) strip.lastChild.remove();
	}

	function drawFigures() {
		const rows = ids.map((id) => runs.get(id)).filter(Boolean);
		replace(figures, h("table", {}, h("thead", {}, h("tr", {}, ["run", "state", "recipe", "data", "progress", "trained", "per second", "figure", "value", "real"].map((t) => h("th", {scope: "col"}, t)))),
			h("tbody", {}, rows.map((r) => h("tr", {}, h("th", {scope: "row"}, nameOf(r.id)), h("td", {}, h("span", {class: `state ${stateClass[r.state]}`}, r.state)), h("td", {}, r.recipe), h("td", {}, r.data),
				h("td", {}, progress(r).text), h("td", {}, duration(r.seconds)), h("td", {}, r.speed ? figure(r.speed) : ""), h("td", {}, r.best?.figure ?? ""), h("td", {}, r.best ? figure(r.best.value) : ""), h("td", {}, r.best?.baseline !== undefined ? figure(r.best.baseline) : ""))))));
	}

	function drawSettings() {
		const tables = ids.map((id) => new Map((pages.get(id)?.settings ?? []).map((s) => [s.key, s.value])));
		const keys = [...new Set(tables.flatMap((t) => [...t.keys()]))];
		const differ = keys.filter((k) => new Set(tables.map((t) => t.get(k) ?? null)).size > 1);
		replace(settings, differ.length === 0
			? h("p", {class: "soft"}, ids.length > 1 ? "All settings are equal." : "Add another run to compare settings.")
			: h("div", {class: "scroll"}, h("table", {}, h("thead", {}, h("tr", {}, h("th", {scope: "col"}, "setting"), ids.map((id) => h("th", {scope: "col"}, nameOf(id))))),
				h("tbody", {}, differ.map((k) => h("tr", {}, h("th", {scope: "row"}, h("code", {}, k)), tables.map((t) => h("td", {}, t.has(k) ? h("code", {}, t.get(k)) : h("span", {class: "soft"}, "none")))))))));
	}

	function begin() {
		drawChosen();
		if (!ids.length) return;
		strip.replaceChildren();
		drawFigures();
		ids.forEach(read);
		requestAnimationFrame(() => charts.refresh());
	}
	begin();
	const stop = watch("change", (changed) => {
		drawChosen();
		const ours = changed.filter((id) => ids.includes(id));
		if (!ours.length) return;
		drawFigures();
		ours.forEach((id) => { if (runs.has(id)) read(id); });
		charts.refresh();
	});
	return {
		title: "Compare",
		elements: h("div", {class: "stack"}, h("h1", {}, "Compare"), chosen, empty, whole),
		update: (next) => {
			ids = [...new Set(next.getAll("id"))].filter((id) => runs.has(id)).slice(0, maxCompared);
			begin();
			return true;
		},
		close: () => {
			closed = true;
			stop();
			charts.close();
		},
	};
}
