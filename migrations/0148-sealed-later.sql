-- What a sync protects later is sealed where it has been, too.
grant update (position) on sync.cursor_history to heddle_app;
