"""The websocket: what a client hears when it comes, and what it may say."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid

from starlette.websockets import WebSocket, WebSocketDisconnect

from tower_anime.simulator.machine import Machine
from tower_anime.simulator.sockets import Frame, text
from tower_anime.simulator.system import features


async def listen(socket: WebSocket, machine: Machine) -> None:
    """Send a client what concerns it until one side closes."""
    client_id = socket.query_params.get("clientId") or uuid.uuid4().hex
    await socket.accept()
    line = machine.sockets.join(client_id)
    if not machine.sockets.silent:
        for frame in _greeting(machine, client_id):
            line.put_nowait(frame)
    sending = asyncio.create_task(_send(socket, line))
    try:
        await _hear(socket, machine, client_id)
    finally:
        sending.cancel()
        machine.sockets.leave(client_id, line)


def _greeting(machine: Machine, client_id: str) -> list[str]:
    status = {"exec_info": {"queue_remaining": machine.queue.remaining()}}
    told = [text("status", {"status": status, "sid": client_id})]
    current = machine.current
    if current is not None and current.client_id == client_id and current.current is not None:
        told.append(text("executing", {"node": current.current}))
    return told


async def _send(socket: WebSocket, line: asyncio.Queue[Frame]) -> None:
    with contextlib.suppress(WebSocketDisconnect):  # told to the reader as well
        while (frame := await line.get()) is not None:
            if isinstance(frame, str):
                await socket.send_text(frame)
            else:
                await socket.send_bytes(frame)
        await socket.close(1001)


async def _hear(socket: WebSocket, machine: Machine, client_id: str) -> None:
    """Read what a client sends until it closes; anything but its features is ignored."""
    try:
        while True:
            try:
                message = json.loads(await socket.receive_text())
            except (ValueError, KeyError):
                continue
            if isinstance(message, dict) and message.get("type") == "feature_flags":
                if machine.behaviour.preview_metadata:
                    machine.sockets.feature(client_id, message.get("data"))
                machine.sockets.send(text("feature_flags", features(machine.behaviour)), client_id)
    except WebSocketDisconnect:
        return
