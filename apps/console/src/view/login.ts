import { html } from 'htm/preact';

/** The form that asks for the token. */
export const Login = ({ isWrong }: { isWrong: boolean }) =>
  html`<main class="alone">
    <h1>Quantum console</h1>
    <form method="post" action="/login">
      ${isWrong ? html`<p class="state bad" role="alert">✗ That is not the token.</p>` : null}
      <label>Token <input type="password" name="token" autocomplete="current-password" required autofocus /></label>
      <button type="submit">Log in</button>
    </form>
  </main>`;
