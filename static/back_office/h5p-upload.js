// Sends H5P packages one by one, dropped or chosen, and shows how far each is. Without it the form sends them together.
class H5PUpload extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.querySelector("input[type=file]");
    this.results = this.querySelector(".h5p-upload-results");
    this.queue = Promise.resolve();
    const area = this.querySelector(".h5p-upload-area");
    this.querySelector("#h5p-drop").hidden = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take(this.input.files);
    });
    this.input.addEventListener("change", () => this.take(this.input.files));
    for (const [kind, state] of [["dragenter", "over"], ["dragover", "over"], ["dragleave", ""], ["drop", ""]]) {
      area.addEventListener(kind, (event) => {
        event.preventDefault();
        area.dataset.state = state;
      });
    }
    area.addEventListener("drop", (event) => this.take(event.dataTransfer.files));
  }

  take(files) {
    for (const file of [...files]) {
      const row = this.row(file.name);
      if (file.size > Number(this.dataset.limit)) this.refuse(row, this.dataset.tooLarge);
      else this.queue = this.queue.then(() => this.send(file, row));
    }
    this.input.value = "";
  }

  row(name) {
    const row = document.createElement("section");
    row.className = "h5p-upload-result";
    const title = document.createElement("h2");
    title.className = "w-h3";
    title.textContent = name;
    row.append(title);
    this.results.prepend(row);
    return row;
  }

  refuse(row, sentence) {
    row.dataset.state = "refused";
    row.querySelectorAll("progress, p").forEach((each) => each.remove());
    const text = document.createElement("p");
    text.textContent = sentence;
    row.append(text);
  }

  send(file, row) {
    const progress = document.createElement("progress");
    const state = document.createElement("p");
    progress.max = 100;
    progress.setAttribute("aria-label", file.name);
    state.textContent = this.dataset.sending;
    row.append(progress, state);
    const data = new FormData(this.form);
    data.delete("files");
    data.append("files", file);
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.form.action);
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.upload.addEventListener("progress", (event) => {
        progress.value = (100 * event.loaded) / event.total;
      });
      request.upload.addEventListener("load", () => {
        progress.removeAttribute("value");
        state.textContent = this.dataset.checking;
      });
      request.addEventListener("load", () => {
        if (request.status === 200) row.outerHTML = request.responseText;
        else this.refuse(row, request.status === 413 ? this.dataset.tooLarge : this.dataset.failed);
        done();
      });
      request.addEventListener("error", () => {
        this.refuse(row, this.dataset.failed);
        done();
      });
      request.send(data);
    });
  }
}

customElements.define("h5p-upload", H5PUpload);
