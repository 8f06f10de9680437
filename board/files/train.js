// The form that starts a training. It is made from the settings of the recipe.

import {h, replace} from "../web/dom.js";
import {get, post} from "./api.js";
import {link, when} from "./format.js";
import {board, runs, watch} from "./live.js";

const titles = {train: "Training", from: "Begin with another run", data: "Data", model: "Model"};

export function trainView() {
	const recipes = h("select", {id: "recipe", onchange: () => choose(recipes.value)});
	const about = h("p", {class: "soft"}), fields = h("div", {class: "stack"}), problem = h("p", {class: "notice bad", role: "alert", hidden: true});
	const search = h("input", {type: "search", placeholder: "Filter the settings", "aria-label": "Filter the settings", oninput: () => filter()});
	const threads = h("input", {type: "number", min: 1, max: 1024, placeholder: "all"});
	const go = h("button", {type: "submit", class: "main"}, "Train");
	const jobs = h("section", {class: "panel stack", hidden: true});
	let inputs = new Map(), closed = false, timer = 0;

	const form = h("form", {class: "stack", onsubmit: async (event) => {
		event.preventDefault();
		go.disabled = true;
		problem.hidden = true;
		try {
			const settings = {};
			for (const [key, read] of inputs) settings[key] = read();
			await post("api/train", {recipe: recipes.value, settings, threads: Number(threads.value || 0)});
			await drawJobs();
			jobs.scrollIntoView({block: "nearest"});
		} catch (error) {
			problem.textContent = error.message;
			problem.hidden = false;
			problem.scrollIntoView({block: "nearest"});
		}
		go.disabled = false;
	}}, h("section", {class: "panel stack"}, h("div", {class: "row wrap"}, h("label", {class: "field grow"}, h("span", {}, "Recipe"), recipes), h("label", {class: "field"}, h("span", {}, "Threads"), threads), h("label", {class: "field"}, h("span", {}, "Settings"), search)), about),
		fields, h("div", {class: "panel row sticky"}, go, problem));

	async function start() {
		try {
			const list = await get("api/recipes");
			replace(recipes, list.map((r) => h("option", {value: r.name}, `${r.name}: ${r.title}`)));
			recipes.value = list.some((r) => r.name === "digits") ? "digits" : list[0]?.name;
			await choose(recipes.value);
			await drawJobs();
		} catch (error) {
			problem.textContent = error.message;
			problem.hidden = false;
		}
	}

	async function choose(name) {
		const {recipe, fields: all} = await get("api/recipe", {name});
		if (closed) return;
		about.textContent = `${recipe.title}. After ${recipe.source}.`;
		inputs = new Map();
		const groups = new Map();
		for (const f of all) {
			const table = f.key.split(".")[0];
			if (!groups.has(table)) groups.set(table, []);
			groups.get(table).push(input(f));
		}
		replace(fields, [...groups].map(([table, elements]) => h("fieldset", {class: "panel stack"}, h("legend", {class: "only-read"}, titles[table] ?? table), h("h2", {"aria-hidden": "true"}, titles[table] ?? table), h("div", {class: "form"}, elements))));
		filter();
	}

	function input(f) {
		let element;
		if (f.kind === "bool") {
			element = h("input", {type: "checkbox"});
			element.checked = f.value === "true";
			inputs.set(f.key, () => String(element.checked));
		} else if (f.words?.length) {
			element = h("select", {}, f.words.map((w) => h("option", {value: w}, w)));
			element.value = f.value;
			inputs.set(f.key, () => element.value);
		} else {
			const number = f.kind === "number" || f.kind === "integer";
			element = h("input", {type: number ? "number" : "text", value: f.value, min: number && f.min ? f.min : false, max: number && f.max ? f.max : false, step: f.kind === "integer" ? 1 : number ? "any" : false, required: number});
			inputs.set(f.key, () => element.value);
		}
		element.name = f.key;
		const mark = () => box.classList.toggle("differs", inputs.get(f.key)() !== f.value);
		element.addEventListener("input", mark);
		const box = h("label", {class: "field", "data-key": f.key}, h("code", {}, f.key.split(".").slice(1).join(".")), element, h("small", {class: "soft"}, f.doc));
		return box;
	}

	function filter() {
		const words = search.value.toLowerCase();
		for (const box of fields.querySelectorAll("[data-key]")) box.hidden = !box.textContent.toLowerCase().includes(words);
		for (const set of fields.querySelectorAll("fieldset")) set.hidden = !set.querySelector("[data-key]:not([hidden])");
	}

	async function drawJobs() {
		clearTimeout(timer);
		let list = [];
		try {
			list = await get("api/trainings");
		} catch { /* the next call tries again */ }
		if (closed) return;
		jobs.hidden = list.length === 0;
		replace(jobs, h("h2", {}, "Trainings of this board"), list.map((j) => {
			const run = [...runs.values()].find((r) => j.running && r.pid === j.pid);
			return h("article", {class: "stack tight"}, h("div", {class: "row"}, h("span", {class: `state ${j.running ? "busy" : j.failed ? "bad" : "good"}`}, j.running ? "running" : j.failed ? `ended: ${j.failed}` : "ended"),
				h("code", {}, `gander train ${j.args.join(" ")}`), h("small", {class: "soft"}, when(j.begun)), run && h("a", {class: "button", href: link(run.id)}, `Open ${run.name}`)),
				j.failed && h("pre", {class: "messages"}, j.output));
		}));
		if (list.some((j) => j.running)) timer = setTimeout(drawJobs, 2000);
	}

	start();
	const stop = watch("change", () => { if (!jobs.hidden) drawJobs(); });
	return {
		title: "Train",
		elements: board.training ? h("div", {class: "stack"}, h("h1", {}, "Train a new run"), jobs, form)
			: h("div", {class: "panel empty"}, h("h2", {}, "This board only watches"), h("p", {}, "It starts training if it is started with ", h("code", {}, "--allow-training"), ".")),
		close: () => {
			closed = true;
			clearTimeout(timer);
			stop();
		},
	};
}
