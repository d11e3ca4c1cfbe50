### Qué rechaza el linter en un perfil o en un plan. Para la terminal.

## Qué rechaza el linter en un perfil

lint-addresses_before_isolate = Las direcciones se retiran antes de aislar la instancia. Eso avisa al atacante y deja abierto el tráfico dentro de la VPC. Ponga { $at } después de isolate, o diga accept = "before_isolate".
lint-blind_before_evidence = { $at } está antes que { $evidence }. Tome primero la evidencia: después el equipo está parado, o ningún agente puede hablar ya en su nombre.
lint-cut_after_wait = { $at } está después de wait_snapshots. La espera puede durar horas, y mientras tanto el atacante sigue dentro.
lint-detach_for_good = Una instancia separada de su grupo de escalado no vuelve por sí sola: el grupo puede haberla reemplazado. Use how = "standby", o diga accept = "irreversible".
lint-empty = El perfil no pide nada.
lint-irreversible = { $at } hace algo que no se puede deshacer. Diga accept = "irreversible" si es lo que quiere.
lint-isolate_after_stop = isolate está después de stop. Aísle primero: una parada puede durar minutos.
lint-name_taken = { $name } es el nombre de un perfil incorporado. Elija otro, para que un plan diga a qué perfil sigue.
lint-needs_snapshots = { $at } necesita instantáneas: ponga snapshots antes.
lint-needs_wait = { $at } necesita instantáneas completas: ponga wait_snapshots antes.
lint-share_everyone = { $at } daría los discos de la instancia a todo el mundo. Nombre una sola cuenta.
lint-share_needs_key = { $at } necesita copias con una clave suya: lo que cifra la clave de AWS no lo puede leer otra cuenta. Ponga antes copy_snapshots con una clave.
lint-shared_role = Denegar sesiones por la hora del token afecta a todos los que usan el rol. Use deny = "instance", o diga accept = "shared_role".
lint-stop_without_snapshots = stop sin snapshots antes. Lo que un apagado borra o sobrescribe se pierde: ponga snapshots antes.
lint-twice = { $at } se pide dos veces.

## Qué rechaza el linter en un plan

lint-before_missing = El paso { $at } dice que se puede deshacer, pero no dice qué encontró.
lint-cut_before_evidence = El paso { $at } corta tráfico antes de que se pida la evidencia del paso { $evidence }.
lint-need_unmet = El paso { $at } necesita el paso { $need }, que no termina antes.
lint-passage_left = { $interface } se quedaría en el grupo de paso, que está abierto.
lint-same_thing_at_once = Los pasos { $at } y { $other } actúan a la vez sobre lo mismo.
lint-step_twice = Dos pasos se llaman { $at }.
lint-stop_before_snapshot = El paso { $at } para la instancia, y { $volume } no tiene antes ninguna instantánea.
