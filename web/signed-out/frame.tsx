import { Box, Group, Text } from '@mantine/core';
import { Outlet } from '@tanstack/react-router';
import { Logo } from '../ui/logo.tsx';
import classes from './frame.module.css';

/** The frame of the pages without sign-in: one card in the middle. */
export function Frame() {
  return (
    <Box className={classes.ground}>
      <main className={classes.column}>
        <Group gap={10} justify="center" mb="lg">
          <Logo size={34} />
          <Text fw={700} fz="1.35rem">
            Heddle
          </Text>
        </Group>
        <div className={classes.card}>
          <Outlet />
        </div>
      </main>
    </Box>
  );
}
