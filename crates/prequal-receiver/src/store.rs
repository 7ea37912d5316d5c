//! What is kept: leads, each once, and counts of what was refused.
//!
//! The statements hold for PostgreSQL as well (`$1`, `ON CONFLICT`, `BIGINT`), so that a second
//! database is a second pool and a second folder of migrations. Nothing is held in memory but the
//! bell that wakes open inboxes; what they then show comes from here.

use crate::Error;
use crate::withdrawal::Notice;
use prequal::lead::Lead;
use sqlx::Row;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use std::path::Path;
use std::time::Duration;
use tokio::sync::watch;

const DAY_MS: i64 = 86_400_000;

/// A lead that was verified and is to be kept.
pub(crate) struct NewLead<'a> {
    pub id: &'a str,
    pub idempotency_key: &'a str,
    pub body_sha256: &'a str,
    pub body: &'a [u8],
    pub flow_id: &'a str,
    pub flow_sha256: &'a str,
    pub stage: &'a str,
    pub total: i64,
    pub received_at: i64,
}

/// What the sender of a lead was told, or is told again.
pub(crate) struct Receipt {
    pub id: String,
    pub stage: String,
    pub body_sha256: String,
}

pub(crate) enum Kept {
    New,
    /// The key was taken before, perhaps a moment ago by a request running at the same time.
    Before(Receipt),
    /// Consent to it was taken back before it came.
    Withdrawn,
}

/// What became of a notice that consent was taken back.
pub(crate) enum Withdrawn {
    /// `known`: whether the lead was here.
    Now { known: bool },
    /// The lead came with another consent.
    OtherConsent,
}

/// A lead as the inbox reads it.
#[derive(Clone)]
pub(crate) struct StoredLead {
    pub seq: i64,
    pub id: String,
    pub body: Vec<u8>,
    pub received_at: i64,
}

/// One kind of refusal on one day.
pub(crate) struct RefusalCount {
    pub code: String,
    pub count: i64,
    pub last_reason: String,
    pub last_flow_id: String,
    pub last_at: i64,
}

#[derive(Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
    bell: watch::Sender<()>,
}

type Result<T> = std::result::Result<T, sqlx::Error>;

impl Store {
    pub(crate) async fn open(path: &Path) -> std::result::Result<Self, Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A lead that was acknowledged must survive a power cut: the widget deletes its copy.
            .synchronous(SqliteSynchronous::Full)
            // What is deleted because consent was taken back is overwritten in the file, too.
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(5));
        let failed = |cause: &dyn std::fmt::Display| Error::storage(Some(path.to_owned()), cause);
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await
            .map_err(|cause| failed(&cause))?;
        sqlx::migrate!("migrations/sqlite").run(&pool).await.map_err(|cause| failed(&cause))?;
        Ok(Self { pool, bell: watch::Sender::new(()) })
    }

    /// Wakes whenever a lead was kept or something was refused.
    pub(crate) fn listen(&self) -> watch::Receiver<()> {
        self.bell.subscribe()
    }

    pub(crate) async fn is_alive(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) async fn receipt(&self, idempotency_key: &str) -> Result<Option<Receipt>> {
        let row = sqlx::query("SELECT id, stage, body_sha256 FROM leads WHERE idempotency_key = $1")
            .bind(idempotency_key)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            Ok(Receipt {
                id: row.try_get("id")?,
                stage: row.try_get("stage")?,
                body_sha256: row.try_get("body_sha256")?,
            })
        })
        .transpose()
    }

    /// Keeps the lead unless its key is taken. The constraint decides, so that two requests at once,
    /// here or at another instance, cannot both win.
    pub(crate) async fn keep(&self, lead: &NewLead<'_>) -> Result<Kept> {
        let done = sqlx::query(
            "INSERT INTO leads (id, idempotency_key, body_sha256, body, flow_id, flow_sha256, stage, total, received_at) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 \
             WHERE NOT EXISTS (SELECT 1 FROM withdrawals WHERE lead_key = $2) ON CONFLICT (idempotency_key) DO NOTHING",
        )
        .bind(lead.id)
        .bind(lead.idempotency_key)
        .bind(lead.body_sha256)
        .bind(lead.body)
        .bind(lead.flow_id)
        .bind(lead.flow_sha256)
        .bind(lead.stage)
        .bind(lead.total)
        .bind(lead.received_at)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 1 {
            self.bell.send_replace(());
            return Ok(Kept::New);
        }
        match self.receipt(lead.idempotency_key).await? {
            Some(receipt) => Ok(Kept::Before(receipt)),
            None if self.is_withdrawn(lead.idempotency_key).await? => Ok(Kept::Withdrawn),
            None => Err(sqlx::Error::RowNotFound),
        }
    }

    pub(crate) async fn is_withdrawn(&self, idempotency_key: &str) -> Result<bool> {
        let found = sqlx::query("SELECT 1 FROM withdrawals WHERE lead_key = $1").bind(idempotency_key);
        Ok(found.fetch_optional(&self.pool).await?.is_some())
    }

    /// How many kept leads were deleted because consent was taken back.
    pub(crate) async fn withdrawn(&self) -> Result<i64> {
        sqlx::query_scalar("SELECT COUNT(*) FROM withdrawals WHERE lead_id IS NOT NULL").fetch_one(&self.pool).await
    }

    /// When consent to the lead of this id was taken back, in milliseconds since 1970 UTC.
    pub(crate) async fn withdrawn_at(&self, id: &str) -> Result<Option<i64>> {
        let at = sqlx::query_scalar("SELECT withdrawn_at FROM withdrawals WHERE lead_id = $1").bind(id);
        at.fetch_optional(&self.pool).await
    }

    /// Keeps a withdrawal, with the id and the consent record of the lead where it is here, and deletes the lead:
    /// both or neither, and nothing comes in between. A repeated notice changes nothing.
    pub(crate) async fn withdraw(&self, notice: &Notice, now: i64) -> Result<Withdrawn> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let kept: Option<(String, Vec<u8>)> = sqlx::query_as("SELECT id, body FROM leads WHERE idempotency_key = $1")
            .bind(&notice.lead)
            .fetch_optional(&mut *transaction)
            .await?;
        let (id, body) = kept.unzip();
        // A lead of another version has no record that could be read here; it goes all the same.
        let lead = body.and_then(|body| serde_json::from_slice::<Lead>(&body).ok());
        if lead.as_ref().is_some_and(|lead| lead.consent_sha256.as_deref() != Some(&notice.consent_sha256)) {
            return Ok(Withdrawn::OtherConsent);
        }
        let record = lead.and_then(|lead| serde_json::to_vec(&lead.consent?).ok());
        sqlx::query(
            "INSERT INTO withdrawals (lead_key, consent_id, consent_sha256, consent, lead_id, withdrawn_at, received_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (lead_key) DO NOTHING",
        )
        .bind(&notice.lead)
        .bind(&notice.consent_id)
        .bind(&notice.consent_sha256)
        .bind(record)
        .bind(&id)
        .bind(notice.at)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("DELETE FROM leads WHERE idempotency_key = $1")
            .bind(&notice.lead)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.bell.send_replace(());
        Ok(Withdrawn::Now { known: id.is_some() })
    }

    /// The newest leads before `before`, newest first; an empty `stage` means every stage.
    pub(crate) async fn newest(&self, before: i64, stage: &str, limit: i64) -> Result<Vec<StoredLead>> {
        let rows = sqlx::query(
            "SELECT seq, id, body, received_at FROM leads WHERE seq < $1 AND ($2 = '' OR stage = $2) ORDER BY seq DESC LIMIT $3",
        )
        .bind(before)
        .bind(stage)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(stored).collect()
    }

    /// Leads after `after` in order of arrival.
    pub(crate) async fn since(&self, after: i64, limit: i64) -> Result<Vec<StoredLead>> {
        let rows = sqlx::query("SELECT seq, id, body, received_at FROM leads WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(stored).collect()
    }

    /// Number and id of each lead after `after`.
    pub(crate) async fn arrivals(&self, after: i64, limit: i64) -> Result<Vec<(i64, String)>> {
        sqlx::query_as("SELECT seq, id FROM leads WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await
    }

    pub(crate) async fn lead(&self, id: &str) -> Result<Option<StoredLead>> {
        let row = sqlx::query("SELECT seq, id, body, received_at FROM leads WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(stored).transpose()
    }

    /// How many leads stand in each stage.
    pub(crate) async fn stages(&self) -> Result<Vec<(String, i64)>> {
        sqlx::query_as("SELECT stage, COUNT(*) FROM leads GROUP BY stage ORDER BY stage").fetch_all(&self.pool).await
    }

    /// Number of the newest lead, 0 when there is none.
    pub(crate) async fn newest_seq(&self) -> Result<i64> {
        sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM leads").fetch_one(&self.pool).await
    }

    pub(crate) async fn count_refusal(&self, at: i64, code: &str, reason: &str, flow_id: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO refusals (day, code, count, last_reason, last_flow_id, last_at) VALUES ($1, $2, 1, $3, $4, $5) \
             ON CONFLICT (day, code) DO UPDATE SET count = refusals.count + 1, last_reason = excluded.last_reason, \
             last_flow_id = excluded.last_flow_id, last_at = excluded.last_at",
        )
        .bind(at.div_euclid(DAY_MS))
        .bind(code)
        .bind(reason)
        .bind(flow_id)
        .bind(at)
        .execute(&self.pool)
        .await?;
        self.bell.send_replace(());
        Ok(())
    }

    /// What was refused on the day (UTC) of `now`, the latest kind first.
    pub(crate) async fn refused_on_day_of(&self, now: i64) -> Result<Vec<RefusalCount>> {
        let rows = sqlx::query(
            "SELECT code, count, last_reason, last_flow_id, last_at FROM refusals WHERE day = $1 ORDER BY last_at DESC",
        )
        .bind(now.div_euclid(DAY_MS))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(RefusalCount {
                    code: row.try_get("code")?,
                    count: row.try_get("count")?,
                    last_reason: row.try_get("last_reason")?,
                    last_flow_id: row.try_get("last_flow_id")?,
                    last_at: row.try_get("last_at")?,
                })
            })
            .collect()
    }
}

fn stored(row: &SqliteRow) -> Result<StoredLead> {
    Ok(StoredLead {
        seq: row.try_get("seq")?,
        id: row.try_get("id")?,
        body: row.try_get("body")?,
        received_at: row.try_get("received_at")?,
    })
}
