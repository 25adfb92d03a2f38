import { escapeText } from '../view/escape.js';

/** A whole page. `body` is HTML; `script` and `style` are the ones that the CSP names. */
export const documentOf = (title: string, body: string, style: string, script = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title>
<link rel="icon" href="${ICON}">
<style>${style}</style>
</head>
<body><div id="root">${body}</div>${script === '' ? '' : `<script>${script}</script>`}</body>
</html>
`;

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230b6e99' d='M1 13V9h3v4zm5 0V5h3v8zm5 0V1h3v12z'/%3E%3C/svg%3E";
