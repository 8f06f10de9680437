// The state of the page in its address, so that it can be linked:
// #data=ring&objective=hinge&show=heat,real,made&points=...&rounds=500

// read returns what an address contains: settings by key, layers to show, points, lesson,
// and the rounds to play before the page is shown.
export function read(hash, fields) {
	const query = new URLSearchParams(hash.replace(/^#/, ""));
	const state = {settings: {}, show: null, points: [], lesson: null, view: query.get("view"), rounds: 0, problems: []};
	for (const [key, value] of query) {
		if (fields.has(key)) state.settings[key] = value;
		else if (key === "show") state.show = value === "" ? [] : value.split(",");
		else if (key === "points") state.points = unpack(value, state.problems);
		else if (key === "lesson") state.lesson = value;
		else if (key === "rounds") {
			state.rounds = Math.min(mostRounds, Math.max(0, Math.floor(Number(value))));
			if (!(state.rounds > 0)) state.problems.push(`the address has rounds=${value}, want a number`);
		}
		else if (key !== "view") state.problems.push(`the address has "${key}", which is not a setting`);
	}
	return state;
}

// write returns the address of a state. Settings with their default value are left out.
export function write({settings, show, points, lesson, view, rounds = 0}, fields, defaultShow) {
	const query = new URLSearchParams();
	if (view !== "plane") query.set("view", view);
	if (lesson) query.set("lesson", lesson);
	for (const [key, value] of Object.entries(settings)) {
		if (value !== fields.get(key).default) query.set(key, value);
	}
	if (show.join() !== defaultShow.join()) query.set("show", show.join());
	if (settings.data === "own" && points.length > 0 && points.length <= mostLinked) query.set("points", pack(points));
	if (rounds > 0) query.set("rounds", Math.min(rounds, mostRounds));
	return `#${query}`.replaceAll("%2C", ",");
}

// mostRounds is the largest number of rounds that an address can ask for.
const mostRounds = 20000;

// mostLinked is the largest number of points in an address. Each takes 4 characters.
export const mostLinked = 600;
const reach = 1.5; // coordinates in an address are in [-reach, reach]

function pack(points) {
	let bytes = "";
	for (const p of points) {
		for (const v of p) {
			const n = Math.round((Math.min(Math.max(v, -reach), reach) / reach + 1) * 2047.5);
			bytes += digits[n >> 6] + digits[n & 63];
		}
	}
	return bytes;
}

function unpack(code, problems) {
	const points = [];
	for (let i = 0; i + 3 < code.length; i += 4) {
		const at = (j) => (digits.indexOf(code[i + j]) * 64 + digits.indexOf(code[i + j + 1])) / 2047.5 - 1;
		if ([0, 1, 2, 3].some((j) => !digits.includes(code[i + j]))) {
			problems.push("the points in the address are damaged");
			return [];
		}
		points.push([at(0) * reach, at(2) * reach]);
	}
	return points;
}
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
