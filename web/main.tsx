import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './ui/document.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { checkSession } from './platform/session.ts';
import { hearSignedOut } from './platform/tabs.ts';
import { createQueryClient } from './query-client.ts';
import { createWebsiteRouter, leaveToSignIn, vacate } from './router.ts';
import { leaveKeysToInputMethods } from './ui/input-method.ts';
import { styleNonce, theme, variables } from './ui/theme.ts';
import { guardDocument } from './ui/trusted-types.ts';

guardDocument();
leaveKeysToInputMethods();

const queryClient = createQueryClient(() => leaveToSignIn(router));
const router = createWebsiteRouter(queryClient);
hearSignedOut(
  () => vacate(router),
  () => void checkSession(queryClient),
);

createRoot(document.querySelector('#root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
