// A quiz of questions with one right answer each. Needs H5P's core only.
(() => {
  "use strict";
  const { H5P } = window;

  // A question speaks for itself, so that its statement names it and the quiz it belongs to.
  class Question extends H5P.EventDispatcher {
    constructor(quiz, data, index) {
      super();
      Object.assign(this, { parent: quiz, contentId: quiz.contentId, libraryInfo: quiz.libraryInfo, data, index });
      this.subContentId = data.subContentId || `soal-${index + 1}`;
      this.chosen = null;
    }

    get isRight() {
      return this.chosen !== null && Boolean(this.data.answers[this.chosen]?.correct);
    }

    getTitle() {
      return H5P.createTitle(this.data.text);
    }

    answered() {
      const event = this.createXAPIEventTemplate("answered");
      event.setScoredResult(this.isRight ? 1 : 0, 1, this, true, this.isRight);
      const { object, result } = event.data.statement;
      const right = this.data.answers.flatMap(({ correct }, at) => (correct ? [String(at)] : []));
      Object.assign(object.definition, {
        type: "http://adlnet.gov/expapi/activities/cmi.interaction",
        interactionType: "choice",
        description: { id: this.data.text },
        correctResponsesPattern: [right.join("[,]")],
        choices: this.data.answers.map(({ text }, at) => ({ id: String(at), description: { id: text } })),
      });
      result.response = String(this.chosen);
      return event;
    }
  }

  const make = (name, text = "", attributes = {}) => {
    const element = document.createElement(name);
    element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  window.BelajarKuis = class BelajarKuis extends H5P.EventDispatcher {
    constructor(parameters, contentId, extras = {}) {
      super();
      Object.assign(this, { parameters, contentId });
      this.previous = extras.previousState ?? {};
      this.isDone = false;
    }

    attach($container) {
      const root = $container.get(0);
      root.classList.add("belajar-kuis");
      this.questions = this.parameters.questions.map((data, index) => new Question(this, data, index));
      if (this.parameters.introduction) root.append(make("p", this.parameters.introduction));
      for (const question of this.questions) root.append(this.#field(question));
      this.status = make("p", "", { role: "status", class: "belajar-kuis-status", tabindex: "-1" });
      this.check = make("button", "Periksa jawaban", { type: "button" });
      this.check.addEventListener("click", () => this.#finish());
      this.again = make("button", "Jawab ulang", { type: "button" });
      this.again.addEventListener("click", () => this.resetTask());
      root.append(this.status, this.check, this.again);
      this.#restore();
      this.setActivityStarted();
      this.trigger("resize");
    }

    #field(question) {
      const field = make("fieldset");
      const { text, answers } = question.data;
      field.append(make("legend", `${question.index + 1}. ${text}`));
      question.inputs = answers.map((answer, at) => {
        const label = make("label");
        const input = make("input", "", { type: "radio", name: `soal-${question.index}`, value: at });
        input.addEventListener("change", () => {
          question.chosen = at;
          this.triggerXAPI("interacted");
        });
        label.append(input, make("span", answer.text));
        field.append(label);
        return input;
      });
      question.verdict = make("p", "", { class: "belajar-kuis-verdict" });
      field.append(question.verdict);
      return field;
    }

    #restore() {
      const { chosen = [], isDone = false } = this.previous;
      for (const question of this.questions) {
        const at = chosen[question.index];
        if (!question.inputs[at]) continue;
        question.chosen = at;
        question.inputs[at].checked = true;
      }
      this.#show(isDone && this.questions.every(({ chosen }) => chosen !== null));
    }

    #show(isDone) {
      this.isDone = isDone;
      for (const { inputs, isRight, verdict, data } of this.questions) {
        for (const input of inputs) input.disabled = isDone;
        verdict.textContent = isDone ? `${isRight ? "Benar." : "Belum tepat."} ${data.explanation ?? ""}`.trim() : "";
        verdict.dataset.state = isRight ? "right" : "wrong";
      }
      this.check.hidden = isDone;
      this.again.hidden = !isDone;
      this.status.textContent = isDone ? `Nilai Anda: ${this.getScore()} dari ${this.getMaxScore()}.` : "";
    }

    #finish() {
      const open = this.questions.filter(({ chosen }) => chosen === null);
      if (open.length) {
        this.status.textContent = `Masih ada ${open.length} soal yang belum dijawab.`;
        open[0].inputs[0].focus();
        return;
      }
      this.#show(true);
      for (const question of this.questions) this.trigger(question.answered());
      const share = (100 * this.getScore()) / this.getMaxScore();
      const hasPassed = share >= (this.parameters.passPercentage ?? 0);
      this.triggerXAPIScored(this.getScore(), this.getMaxScore(), "completed", true, hasPassed);
      this.status.focus();
      this.trigger("resize");
    }

    resetTask() {
      for (const question of this.questions) {
        question.chosen = null;
        for (const input of question.inputs) input.checked = false;
      }
      this.#show(false);
      this.questions[0].inputs[0].focus();
      this.trigger("resize");
    }

    getScore() {
      return this.questions.filter(({ isRight }) => isRight).length;
    }

    getMaxScore() {
      return this.questions.length;
    }

    getAnswerGiven() {
      return this.isDone;
    }

    getCurrentState() {
      return { chosen: this.questions.map(({ chosen }) => chosen), isDone: this.isDone };
    }
  };
})();
