import { readdirSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const languages = readdirSync(new URL('web/messages', import.meta.url)).map((file) =>
  file.replace(/\.json$/, ''),
)

/** React Aria has its own texts in thirty languages. Only the languages of the pages are needed. */
const fewerLanguages: Plugin = {
  name: 'fewer-languages',
  enforce: 'pre',
  load(id) {
    const [, language] =
      /\/(?:react-aria|react-stately|react-aria-components)\/.*\/([a-z]{2})-[A-Z]{2}\.m?js$/.exec(id) ?? []
    return language === undefined || languages.includes(language) ? null : 'export default {}'
  },
}

export default defineConfig({
  root: 'web',
  plugins: [react(), fewerLanguages],
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
  },
})
