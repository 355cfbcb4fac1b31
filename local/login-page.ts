/** Pages of the local sign-in: plain HTML, no script. */

import { createHash } from 'node:crypto';
import type { Identity } from './identities.ts';

const STYLE = `
body { font: 16px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; max-width: 40rem;
  margin: 2rem auto; padding: 0 1rem; color: #1f2328; }
h1 { font-size: 1.4rem; } h1 span { font-weight: normal; color: #57606a; font-size: 1rem; }
.demo { background: #fff4d6; border: 1px solid #d4a72c; border-radius: 6px; padding: .75rem 1rem; }
ul { list-style: none; padding: 0; display: grid; gap: .5rem; }
button { font: inherit; padding: .6rem 1rem; border: 1px solid #d0d7de; border-radius: 6px; background: #f6f8fa;
  cursor: pointer; }
li button { width: 100%; text-align: left; } button:hover, button:focus-visible { border-color: #0969da; }
small { display: block; color: #57606a; }
`;

/**
 * Policy of these pages: no script, and this one style. `form-action` also covers where a form's answer redirects to, so
 * it names the origins of the applications that people sign in to.
 */
export const loginPolicy = (applications: readonly string[]): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    `form-action 'self' ${applications.join(' ')}`,
    "frame-ancestors 'none'",
  ].join('; ');

/** Lists the demonstration's officers to choose from. */
export function loginPage(action: string, identities: readonly Identity[]): string {
  const choices = identities.map(
    ({ id, name, post, unit, roles }) => `
  <li><button name="identity" value="${escaped(id)}">
    <strong>${escaped(name)}</strong> <span>${escaped(post ?? unit)}</span>
    <small>${escaped(id)} · ${escaped(roles.join('、'))}</small>
  </button></li>`,
  );
  return page(
    '选择身份登录',
    `<p class="demo"><strong>演示环境：</strong>无需密码，人员均为虚构，请勿录入真实信息。
<span lang="en"><br>Demonstration: no passwords, invented people. Do not enter real data.</span></p>
<h1>选择身份登录 <span lang="en">Sign in as</span></h1>
<form method="post" action="${escaped(action)}"><ul>${choices.join('')}</ul></form>`,
  );
}

/** Asks before signing out; `form` comes from the provider. */
export function logoutPage(form: string): string {
  return page(
    '退出登录',
    `<h1>退出登录？ <span lang="en">Sign out?</span></h1>${form}
<button form="op.logoutForm" name="logout" value="yes" autofocus>退出 Sign out</button>
<button form="op.logoutForm">取消 Cancel</button>`,
  );
}

export function signedOutPage(): string {
  return page('已退出', '<h1>已退出登录 <span lang="en">Signed out</span></h1>');
}

export function failurePage(error: string, description: string): string {
  return page(
    '无法登录',
    `<h1>无法登录 <span lang="en">Cannot sign in</span></h1><p>${escaped(description)}</p><p><code>${escaped(error)}</code></p>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · 信访</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
