// How the desk's pages ask the server: with the CSRF token that counts now.
(() => {
  // A login in another tab changes it: the cookie has it, the form may not.
  function token() {
    const fields = [...document.querySelectorAll("[name=csrfmiddlewaretoken]")];
    const now = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (now) for (const field of fields) field.value = now[1];
    return now ? now[1] : fields[0].value;
  }

  // A login page in place of an answer is none: response.type is then "opaqueredirect".
  function post(address, pairs) {
    const body = new URLSearchParams(pairs);
    return fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "manual" });
  }

  window.desk = { post, token };
})();
