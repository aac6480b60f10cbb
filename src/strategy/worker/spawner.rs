//! One thread that starts all worker processes and never ends. On Linux a child asks to be killed when its
//! parent *thread* ends, and a worker may outlive the thread that first needed it.

use std::io;
use std::process::{Child, Command};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, OnceLock};

struct Order {
    command: Command,
    reply: SyncSender<io::Result<Child>>,
}

static ORDERS: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();

pub(super) fn spawn(command: Command) -> io::Result<Child> {
    let orders = ORDERS.get_or_init(|| {
        let (sender, receiver) = channel::<Order>();
        std::thread::spawn(move || {
            for mut order in receiver {
                let child = order.command.spawn();
                if let Err(unclaimed) = order.reply.send(child)
                    && let Ok(mut child) = unclaimed.0
                {
                    let _ = child.kill();
                    let _ = child.wait();
                }
            }
        });
        Mutex::new(sender)
    });
    let (reply, answer) = sync_channel(1);
    let gone = || io::Error::other("the thread that starts workers has ended");
    orders.lock().map_err(|_| gone())?.send(Order { command, reply }).map_err(|_| gone())?;
    answer.recv().map_err(|_| gone())?
}
