import '@mantine/core/styles/baseline.layer.css';
import '@mantine/core/styles/default-css-variables.layer.css';
import '@mantine/core/styles/global.layer.css';
import './ui/document.css';
import { MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { SiteRouter } from './router.ts';
import { leaveKeysToInputMethods } from './ui/input-method.ts';
import { styleNonce, theme, variables } from './ui/theme.ts';
import { guardDocument } from './ui/trusted-types.ts';

/** Shows the pages of a document. */
export function start(router: SiteRouter, queryClient: QueryClient): void {
  guardDocument();
  leaveKeysToInputMethods();
  createRoot(document.querySelector('#root') as HTMLElement).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        defaultColorScheme="auto"
        getStyleNonce={styleNonce}
      >
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
