// A case that branches: a scene, what to do, and what comes of it. Needs H5P's core only.
(() => {
  "use strict";
  const { H5P } = window;

  // A decision speaks for itself, so that its statement names the scene it was taken in.
  class Decision extends H5P.EventDispatcher {
    constructor(story, scene) {
      super();
      Object.assign(this, { parent: story, contentId: story.contentId, libraryInfo: story.libraryInfo, scene });
      this.subContentId = scene.id;
    }

    getTitle() {
      return H5P.createTitle(this.scene.title);
    }

    answered(at) {
      const event = this.createXAPIEventTemplate("answered");
      const { statement } = event.data;
      Object.assign(statement.object.definition, {
        type: "http://adlnet.gov/expapi/activities/cmi.interaction",
        interactionType: "choice",
        description: { id: this.scene.paragraphs.at(-1) },
        choices: this.scene.choices.map(({ text }, index) => ({ id: String(index), description: { id: text } })),
      });
      statement.result = { response: String(at), completion: true };
      return event;
    }
  }

  const make = (name, text = "", attributes = {}) => {
    const element = document.createElement(name);
    element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  window.BelajarKasus = class BelajarKasus extends H5P.EventDispatcher {
    constructor(parameters, contentId, extras = {}) {
      super();
      Object.assign(this, { parameters, contentId });
      this.scenes = new Map(parameters.scenes.map((scene) => [scene.id, scene]));
      this.path = this.#valid(extras.previousState?.path);
    }

    /** The choices made so far; of a path that no longer leads through these scenes, the part that does. */
    #valid(path) {
      const kept = [];
      let scene = this.scenes.get(this.parameters.start);
      for (const at of Array.isArray(path) ? path : []) {
        const choice = scene?.choices?.[at];
        if (!this.scenes.has(choice?.to)) break;
        kept.push(at);
        scene = this.scenes.get(choice.to);
      }
      return kept;
    }

    /** Each scene so far with the choice taken in it; the last one has none yet. */
    get #steps() {
      const steps = [{ scene: this.scenes.get(this.parameters.start) }];
      for (const at of this.path) {
        const last = steps.at(-1);
        last.choice = last.scene.choices[at];
        steps.push({ scene: this.scenes.get(last.choice.to) });
      }
      return steps;
    }

    get #isDone() {
      return !this.#steps.at(-1).scene.choices?.length;
    }

    attach($container) {
      this.root = $container.get(0);
      this.root.classList.add("belajar-kasus");
      this.#show();
      this.setActivityStarted();
      this.trigger("resize");
    }

    #show() {
      const steps = this.#steps;
      const { scene } = steps.at(-1);
      const section = make("section", "", { "aria-labelledby": "adegan" });
      this.heading = make("h2", scene.title, { id: "adegan", tabindex: "-1" });
      section.append(this.heading, ...scene.paragraphs.map((text) => make("p", text)));
      if (this.#isDone) section.append(...this.#ending(steps));
      else section.append(this.#choices(scene));
      this.root.replaceChildren(section);
      this.trigger("resize");
    }

    #choices(scene) {
      const list = make("ul", "", { "aria-label": "Apa yang Anda lakukan?" });
      scene.choices.forEach((choice, at) => {
        const button = make("button", choice.text, { type: "button" });
        button.addEventListener("click", () => this.#take(scene, at));
        const item = make("li");
        item.append(button);
        list.append(item);
      });
      return list;
    }

    #ending(steps) {
      const score = make("p", `Nilai Anda: ${this.getScore()} dari ${this.getMaxScore()}.`, { class: "belajar-kasus-score" });
      const way = make("ol");
      for (const { scene, choice } of steps) if (choice) way.append(make("li", `${scene.title}: ${choice.text}`));
      const again = make("button", "Coba jalan lain", { type: "button", class: "belajar-kasus-again" });
      again.addEventListener("click", () => this.resetTask());
      return [score, make("h3", "Jalan yang Anda pilih"), way, again];
    }

    #take(scene, at) {
      this.path.push(at);
      this.trigger(new Decision(this, scene).answered(at));
      this.#show();
      this.heading.focus();
      if (!this.#isDone) return;
      const share = (100 * this.getScore()) / this.getMaxScore();
      const hasPassed = share >= (this.parameters.passPercentage ?? 0);
      this.triggerXAPIScored(this.getScore(), this.getMaxScore(), "completed", true, hasPassed);
    }

    resetTask() {
      this.path = [];
      this.#show();
      this.heading.focus();
    }

    getScore() {
      return this.#isDone ? (this.#steps.at(-1).scene.score ?? 0) : 0;
    }

    getMaxScore() {
      return this.parameters.maxScore;
    }

    getAnswerGiven() {
      return this.#isDone;
    }

    getCurrentState() {
      return { path: this.path };
    }
  };
})();
