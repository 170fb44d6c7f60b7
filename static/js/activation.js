// The QR code of a letter opens the page with the code behind "#": it is put into the form and out of the address.
const field = document.querySelector("[data-activation] [name=code]");
const code = decodeURIComponent(location.hash.slice(1));
if (field && code) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
  document.querySelector("[data-activation] [name=nip]").focus();
}
